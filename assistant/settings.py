"""Everything that can be set, and the only place that reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from index.store import Store


class Settings(BaseSettings):
    """Settings from keyword arguments, else environment variables, else `.env`, else defaults.

    Attributes:
        home: the folder of the index (DATELINE_HOME; default: the user's data folder).
        index_uri: the Milvus that holds the index in place of the folder (INDEX_URI).
        index_token: its `user:password` or API key (INDEX_TOKEN).
        index_from_token: that of the Milvus that an index is moved from (INDEX_FROM_TOKEN).
        embedding_model: all-MiniLM-L6-v2 as installed, a folder, or a Hugging Face id
            (EMBEDDING_MODEL).
        reader_model: dateline-reader as shipped, or the folder or Hugging Face id of any
            question-answering model (READER_MODEL).
        chat_model: what writes the answers, as `provider:model` (CHAT_MODEL); None for none.
        chat_base_url: where its server is, if not the provider's own (CHAT_BASE_URL).
        chat_api_key: its key (CHAT_API_KEY); None for the provider's own variable.
        chat_timeout: seconds to wait for more from it (CHAT_TIMEOUT).
        host: the address that the browser chat listens on (DATELINE_HOST).
        port: its port (DATELINE_PORT).
        keep: whether the browser chat keeps conversations, beside the index (DATELINE_KEEP).
        log: a line of JSON for each request and answer, on standard error (DATELINE_LOG=json).
        log_text: whether these lines hold the questions too (DATELINE_LOG_TEXT=yes).
        otlp_endpoint: where traces are sent by OTLP over HTTP (OTEL_EXPORTER_OTLP_ENDPOINT); None
            for nowhere.
        metrics: who may read /metrics: this machine, or everyone (DATELINE_METRICS).
        names: the host names that the chat is served under, for instance by a proxy, separated by
            commas (DATELINE_NAMES; default: this machine's own, or any on a wider host).
        users: who may log in, as `name:hash,name2:hash2` or the path of a file with one a line
            (DATELINE_USERS); None for no login.
        read_only: whether the browser chat only answers: nothing is added, removed or rebuilt
            there (DATELINE_READ_ONLY).
        contact: a URL or e-mail address that is named to the servers that pages and feeds are
            fetched from (DATELINE_CONTACT; default: none).
    """

    # The prefix keeps `populate_by_name` from taking HOME, HOST and PORT for ours.
    model_config = SettingsConfigDict(
        env_prefix="DATELINE_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,  # one of them is a key
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("dateline"), validation_alias="DATELINE_HOME"
    )
    index_uri: str | None = Field(default=None, validation_alias="INDEX_URI")
    index_token: SecretStr | None = Field(default=None, validation_alias="INDEX_TOKEN")
    index_from_token: SecretStr | None = Field(default=None, validation_alias="INDEX_FROM_TOKEN")
    embedding_model: str = Field(
        default="all-MiniLM-L6-v2", min_length=1, validation_alias="EMBEDDING_MODEL"
    )
    reader_model: str = Field(
        default="dateline-reader", min_length=1, validation_alias="READER_MODEL"
    )
    chat_model: str | None = Field(
        default=None, pattern=r"^[\w-]+:.*\S$", validation_alias="CHAT_MODEL"
    )
    chat_base_url: str | None = Field(
        default=None, pattern=r"^https?://\S+$", validation_alias="CHAT_BASE_URL"
    )
    chat_api_key: SecretStr | None = Field(default=None, validation_alias="CHAT_API_KEY")
    chat_timeout: float = Field(default=60, gt=0, validation_alias="CHAT_TIMEOUT")
    host: str = Field(default="127.0.0.1", min_length=1, validation_alias="DATELINE_HOST")
    port: int = Field(default=7860, ge=0, le=65535, validation_alias="DATELINE_PORT")
    keep: bool = Field(default=True, validation_alias="DATELINE_KEEP")
    log: Literal["json"] | None = Field(default=None, validation_alias="DATELINE_LOG")
    log_text: bool = Field(default=False, validation_alias="DATELINE_LOG_TEXT")
    otlp_endpoint: str | None = Field(
        default=None, pattern=r"^https?://\S+$", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT"
    )
    metrics: Literal["local", "everyone"] = Field(
        default="local", validation_alias="DATELINE_METRICS"
    )
    names: str = Field(
        default="",
        pattern=r"^[\w.:\[\]-]*(\s*,\s*[\w.:\[\]-]+)*$",
        validation_alias="DATELINE_NAMES",
    )
    users: SecretStr | None = Field(default=None, validation_alias="DATELINE_USERS")
    read_only: bool = Field(default=False, validation_alias="DATELINE_READ_ONLY")
    contact: str | None = Field(
        default=None,
        pattern=r"^(https?://[!-~]{1,200}|[!-~]{1,100}@[!-~]{1,100})$",
        validation_alias="DATELINE_CONTACT",
    )

    def open_store(self, other: str | None = None) -> Store:
        """The store of the index, or another one: a Milvus by its URI, or a folder.

        Raises:
            StorageError: a URI of no known form.
        """
        from index.store import open_store  # late: `--help` should not wait for it

        if other is not None and "://" not in other:
            return open_store(None, Path(other))
        # Another Milvus is never shown the token of ours.
        token = self.index_token if other is None else self.index_from_token
        uri = self.index_uri if other is None else other
        return open_store(uri, self.home, token.get_secret_value() if token else None)
