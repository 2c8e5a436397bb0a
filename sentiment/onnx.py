"""The embedded classifier: `tokenizers` and onnxruntime, no torch, no network.

The same text gets the same answer whatever stands beside it in a batch. Three
things see to that: the activations are quantised with fixed ranges (ranges
measured per batch would make neighbours matter), a text is padded to a length
that depends on itself alone, and only texts of one padded length share a batch.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from sentiment import Label, ModelError, Sentiment, TextKind
from sentiment.judgement import judged
from sentiment.language import Languages
from sentiment.text import clean

EMBEDDED_FOLDER = Path(__file__).parent / "model"
# So many texts are tokenised and sorted at a time, which bounds the memory.
_WINDOW = 1024


class ModelConfig(BaseModel):
    """`config.json` beside the weights: all that is to be known to use them.

    `max_tokens` counts the two marks at both ends; of a longer text the first
    `head_tokens` are kept and the rest from its end. `pad_to` is the grain of
    padded lengths. The logits stand kind by kind in the order of `kinds`;
    `temperatures` divide them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    labels: tuple[Label, Label, Label]
    kinds: tuple[TextKind, ...] = Field(min_length=1)
    languages: frozenset[str]
    max_tokens: int = Field(ge=8, le=512)
    head_tokens: int = Field(ge=4)
    pad_to: int = Field(ge=1, le=64)
    pad_id: int = Field(ge=0)
    temperatures: dict[TextKind, float]


class Session(Protocol):
    def run(self, outputs: None, feeds: dict[str, Any]) -> list[Any]: ...


class OnnxClassifier:
    """Judges with the weights in `folder`, read on first use. Thread-safe.

    `graph` puts another graph, as one in float, in the place of the folder's own.
    """

    def __init__(
        self,
        *,
        threads: int = 1,
        batch_size: int = 32,
        folder: Path = EMBEDDED_FOLDER,
        graph: Path | None = None,
    ) -> None:
        self._threads = threads
        self._batch_size = batch_size
        self._folder = folder
        self._graph = graph
        self._languages = Languages()
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def classify(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None] | None = None,
        kinds: Sequence[TextKind] | None = None,
    ) -> list[Sentiment]:
        """Judge `texts`, each as its kind; "post" where none is given.

        Raises:
            ModelError: a file of the model is missing or broken.
        """
        model = self._model()
        told = languages if languages is not None else [None] * len(texts)
        kinds = kinds if kinds is not None else [TextKind.POST] * len(texts)
        heat = [model.config.temperatures[kind] for kind in kinds]
        logits = self.logits(texts, kinds) / np.array(heat).reshape(-1, 1)
        return [
            judged(
                text,
                dict(zip(model.config.labels, row, strict=True)),
                model=model.config.id,
                heard=self._languages.within(text, tag, model.config.languages),
            )
            for text, tag, row in zip(texts, told, softmax(logits), strict=True)
        ]

    def logits(
        self, texts: Sequence[str], kinds: Sequence[TextKind]
    ) -> NDArray[np.float64]:
        """What the weights say of each text as its kind, before temperature: n by 3."""
        places = [self._model().config.kinds.index(kind) for kind in kinds]
        found: NDArray[np.float64] = self.logits_by_kind(texts)[
            np.arange(len(texts)), places
        ]
        return found

    def logits_by_kind(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The same of each text as every kind: texts by kinds by 3."""
        model = self._model()
        found = np.zeros((len(texts), len(model.config.kinds), 3), np.float64)
        for start in range(0, len(texts), _WINDOW):
            window = texts[start : start + _WINDOW]
            rows = model.tokens([clean(text) for text in window])
            for batch in self._batches(rows, model.config.pad_to):
                places = [start + place for place in batch]
                said = model.run([rows[place] for place in batch])
                found[places] = said.reshape(len(batch), -1, 3)
        return found

    def tokens(self, text: str) -> list[str]:
        """The tokens of `text` that the model gets to see, in its own spelling."""
        model = self._model()
        names = (
            model.tokenizer.id_to_token(one) for one in model.tokens([clean(text)])[0]
        )
        return [str(name) for name in names][1:-1]

    def _batches(
        self, rows: Sequence[Sequence[int]], grain: int
    ) -> Iterator[list[int]]:
        """The places of `rows`, in batches of one padded length each."""
        by_length: dict[int, list[int]] = {}
        for place, row in enumerate(rows):
            by_length.setdefault(_padded(len(row), grain), []).append(place)
        for places in by_length.values():
            for at in range(0, len(places), self._batch_size):
                yield places[at : at + self._batch_size]

    def _model(self) -> "_Loaded":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._folder, self._graph, self._threads)
            return self._loaded


class _Loaded:
    def __init__(self, session: Session, tokenizer: Any, config: ModelConfig) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.config = config

    def tokens(self, cleaned: Sequence[str]) -> list[list[int]]:
        most, head = self.config.max_tokens, self.config.head_tokens
        rows = [one.ids for one in self.tokenizer.encode_batch(list(cleaned))]
        return [
            row if len(row) <= most else row[:head] + row[head - most :] for row in rows
        ]

    def run(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        width = _padded(max(map(len, rows)), self.config.pad_to)
        ids = np.full((len(rows), width), self.config.pad_id, np.int64)
        mask = np.zeros((len(rows), width), np.int32)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = row
            mask[place, : len(row)] = 1
        found = self.session.run(None, {"input_ids": ids, "mask": mask})[0]
        return cast(NDArray[np.float32], found)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return cast(NDArray[np.float64], powers / powers.sum(axis=1, keepdims=True))


def _padded(length: int, grain: int) -> int:
    return -(-length // grain) * grain


def _load(folder: Path, graph: Path | None, threads: int) -> _Loaded:
    weights = _present(graph or folder / "model_int8.onnx")
    words, config = (
        _present(folder / "tokenizer.json"),
        _present(folder / "config.json"),
    )
    try:
        from tokenizers import Tokenizer

        settings = ModelConfig.model_validate_json(config.read_bytes())
        tokenizer = Tokenizer.from_file(str(words))
        session = open_session(weights, threads)
    except ImportError as error:
        raise ModelError(
            f"the embedded model needs a package that is missing ({error.name}); "
            "run `pip install onnxruntime tokenizers`"
        ) from error
    except Exception as error:
        raise ModelError(
            f"the model in {folder} cannot be read; reinstall everyreply"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return _Loaded(session, tokenizer, settings)


def open_session(weights: Path, threads: int) -> Session:
    """An onnxruntime session on the CPU that never spins while it waits."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A spinning thread takes a shared core from whoever could use it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(weights), options, providers=["CPUExecutionProvider"]
    )
    return cast(Session, session)


def _present(file: Path) -> Path:
    if not file.is_file():
        raise ModelError(
            f"{file} is missing; reinstall everyreply, or make the model with "
            "`python -m sentiment.training`"
        )
    return file
