"""Everything that can be set, and the only place that reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, AliasGenerator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

if TYPE_CHECKING:
    from index.store import Store

_WEB_ADDRESS = r"^https?://\S+$"
SHARED_NAMES = {
    "INDEX_URI": "index_uri",
    "INDEX_TOKEN": "index_token",
    "INDEX_FROM_TOKEN": "index_from_token",
    "EMBEDDING_MODEL": "embedding_model",
    "READER_MODEL": "reader_model",
    "CHAT_MODEL": "chat_model",
    "CHAT_BASE_URL": "chat_base_url",
    "CHAT_API_KEY": "chat_api_key",
    "CHAT_TIMEOUT": "chat_timeout",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "otlp_endpoint",
}
"""Variables without our prefix, and which setting each is: what other programs may set, too."""


def _variable(field: str) -> str:
    return f"DATELINE_{field.upper()}"


def _whole(folder: Path) -> Path:
    """The same folder for every command, wherever it later goes."""
    try:
        return folder.expanduser().absolute()
    except RuntimeError as error:  # ~somebody
        raise ValueError(f"there is no home folder for {folder}") from error


class Settings(BaseSettings):
    """Settings from keyword arguments, else environment variables, else `.env`, else defaults.

    A variable is named DATELINE_ and the attribute in capitals: DATELINE_HOME, DATELINE_CHAT_MODEL.
    Those that other tools have too are also found without the prefix, or under the name in
    brackets; the name with the prefix counts first, wherever both stand.

    Attributes:
        home: the folder of the index (default: the user's data folder).
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
        host: the address that the browser chat listens on.
        port: its port.
        keep: whether the browser chat keeps conversations, beside the index.
        log: "json" for a line of JSON for each request and answer, on standard error.
        log_text: whether these lines and the traces hold the questions too.
        otlp_endpoint: where traces are sent by OTLP over HTTP (OTEL_EXPORTER_OTLP_ENDPOINT); None
            for nowhere.
        metrics: who may read /metrics: this machine, or everyone.
        names: the host names that the chat is served under, for instance by a proxy, separated by
            commas (default: this machine's own, or any on a wider host).
        users: who may log in, as `name:hash,name2:hash2` or the path of a file with one a line;
            None for no login.
        read_only: whether the browser chat only answers: nothing is added, removed or rebuilt.
        contact: a URL or e-mail address that is named to the servers that pages and feeds are
            fetched from (default: none).
    """

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(validation_alias=_variable),
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        env_prefix="DATELINE_",  # else `populate_by_name` takes HOME, HOST and PORT for ours
        hide_input_in_errors=True,  # one of them is a key
    )

    home: Annotated[Path, AfterValidator(_whole)] = Field(
        default_factory=lambda: user_data_path("dateline")
    )
    index_uri: str | None = None
    index_token: SecretStr | None = None
    index_from_token: SecretStr | None = None
    embedding_model: str = Field(default="all-MiniLM-L6-v2", min_length=1)
    reader_model: str = Field(default="dateline-reader", min_length=1)
    chat_model: str | None = Field(default=None, pattern=r"^[\w-]+:.*\S$")
    chat_base_url: str | None = Field(default=None, pattern=_WEB_ADDRESS)
    chat_api_key: SecretStr | None = None
    chat_timeout: float = Field(default=60, gt=0)
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=7860, ge=0, le=65535)
    keep: bool = True
    log: Literal["json"] | None = None
    log_text: bool = False
    otlp_endpoint: str | None = Field(default=None, pattern=_WEB_ADDRESS)
    metrics: Literal["local", "everyone"] = "local"
    names: str = Field(default="", pattern=r"^[\w.:\[\]-]*(\s*,\s*[\w.:\[\]-]+)*$")
    users: SecretStr | None = None
    read_only: bool = False
    contact: str | None = Field(
        default=None, pattern=r"^(https?://[!-~]{1,200}|[!-~]{1,100}@[!-~]{1,100})$"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # a signature of theirs
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, the environment, `.env`; last, names that may be another program's."""
        shared: dict[str, Any] = {}
        for source in (dotenv_settings, env_settings):
            if isinstance(source, EnvSettingsSource):
                shared |= {name.upper(): said for name, said in source.env_vars.items() if said}
        known = {
            _variable(field): shared[name] for name, field in SHARED_NAMES.items() if name in shared
        }
        last = InitSettingsSource(settings_cls, known)
        return init_settings, env_settings, dotenv_settings, last

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
