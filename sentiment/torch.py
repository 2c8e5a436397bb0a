"""Any Hugging Face text-classification model, by id or folder.

Runs through `transformers` and torch (the `torch` extra), or, where the folder
holds an ONNX file, through onnxruntime without torch. The files are sought by
https://huggingface.co/docs/transformers/main_classes/model#transformers.PreTrainedModel.from_pretrained
with HF_HUB_OFFLINE=1 in the local cache alone.
"""

import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentiment import Label, ModelError, Sentiment, TextKind
from sentiment.judgement import judged
from sentiment.language import Languages
from sentiment.onnx import open_session, softmax
from sentiment.settings import SentimentSettings
from sentiment.text import light

_ONNX_FILES = (
    "model_int8.onnx",
    "model_quantized.onnx",
    "model.onnx",
    "onnx/model_quantized.onnx",
    "onnx/model.onnx",
)
_MOST_TOKENS = 512
_INSTALL = "run `pip install 'everyreply[torch]'`, or use `model: embedded`"

Feeds = Mapping[str, NDArray[np.int64]]
Run = Callable[[Feeds], NDArray[np.float64]]


class _Loaded(NamedTuple):
    tokenizer: Any
    labels: Sequence[Label]
    run: Run


class TorchClassifier:
    """Judges with the model that `settings` names, read on first use. Thread-safe."""

    def __init__(self, settings: SentimentSettings) -> None:
        self._settings = settings
        self._languages = Languages()
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def classify(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None] | None = None,
        kinds: Sequence[TextKind] | None = None,  # noqa: ARG002  has one temperature: its own
    ) -> list[Sentiment]:
        """Judge `texts`. Languages count as known unless the settings list some.

        Raises:
            ModelError: a package, the model, a file or a label is missing.
        """
        model = self._model()
        told = languages if languages is not None else [None] * len(texts)
        rows = softmax(self._logits(model, texts))
        return [
            judged(
                text,
                _folded(model.labels, row),
                model=self._settings.model,
                heard=self._heard(text, tag),
            )
            for text, tag, row in zip(texts, told, rows, strict=True)
        ]

    def _heard(self, text: str, told: str | None) -> tuple[str | None, bool]:
        trained = {one.split("-")[0].casefold() for one in self._settings.languages}
        language, known = self._languages.within(text, told, trained)
        return language, known or not trained

    def _logits(self, model: _Loaded, texts: Sequence[str]) -> NDArray[np.float64]:
        cleaned = [light(text) for text in texts]
        found = np.zeros((len(texts), len(model.labels)), np.float64)
        order = sorted(range(len(texts)), key=lambda at: len(cleaned[at]))
        size = self._settings.batch_size
        for start in range(0, len(order), size):
            places = order[start : start + size]
            batch = [cleaned[place] for place in places]
            most = min(model.tokenizer.model_max_length, _MOST_TOKENS)
            feeds = model.tokenizer(
                batch,
                padding=True,
                truncation=True,
                max_length=most,
                return_tensors="np",
            )
            found[places] = model.run(feeds)
        return found

    def _model(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._settings)
            return self._loaded


def _load(settings: SentimentSettings) -> _Loaded:
    transformers = _package("transformers")
    where = _place(settings.model)
    config = _fetched(settings, lambda: transformers.AutoConfig.from_pretrained(where))
    labels = _mapped(settings, config.id2label)
    tokenizer = _fetched(
        settings, lambda: transformers.AutoTokenizer.from_pretrained(where)
    )
    weights = _onnx_beside(where)
    if weights is not None:
        return _Loaded(tokenizer, labels, _onnx_run(weights, settings))
    torch = _package("torch")
    auto = transformers.AutoModelForSequenceClassification
    model = _fetched(settings, lambda: auto.from_pretrained(where))
    return _Loaded(tokenizer, labels, _torch_run(torch, model, settings))


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError(
            f"this model needs the package {name!r}, which is missing; {_INSTALL}"
        ) from error


def _place(model: str) -> str:
    """The folder or the id; what looks like a folder has to be one."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ModelError(
                f"sentiment.model: {folder} holds no config.json; name the folder "
                "that `save_pretrained` wrote"
            )
        return str(folder)
    if folder.is_absolute() or model.startswith(("~", ".")) or model.count("/") > 1:
        raise ModelError(
            f"sentiment.model: there is no folder {folder}; correct the path, or "
            "use `model: embedded`"
        )
    return model


def _fetched(settings: SentimentSettings, fetch: Callable[[], Any]) -> Any:
    try:
        return fetch()
    except ImportError as error:
        raise ModelError(
            f"{settings.model}: a package is missing; {_INSTALL}"
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(_why(settings.model, error)) from error


def _why(model: str, error: Exception) -> str:
    """What went wrong while the files were sought, and what to do about it."""
    hub = importlib.import_module("huggingface_hub")
    names = {type(one).__name__ for one in _causes(error)}
    if Path(model).expanduser().is_dir():
        return (
            f"sentiment.model: a file in {model} is missing or broken "
            f"({_first_line(error)}); save the model and its tokenizer there again"
        )
    if hub.constants.HF_HUB_OFFLINE:
        return (
            f"sentiment.model: {model} is not in the local cache and HF_HUB_OFFLINE "
            f"forbids the network; run `hf download {model}` where there is one"
        )
    if names & {"RepositoryNotFoundError", "GatedRepoError", "HFValidationError"}:
        return (
            f"sentiment.model: the Hub shows us no model {model}; correct the id, "
            "or log in with `hf auth login` if it is private"
        )
    if names & {"EntryNotFoundError", "RemoteEntryNotFoundError", "JSONDecodeError"}:
        return (
            f"sentiment.model: {model} lacks a file ({_first_line(error)}); choose a "
            "text-classification model with its tokenizer"
        )
    return (
        f"sentiment.model: {model} cannot be fetched ({_first_line(error)}); check the "
        "network, or name a local folder"
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]


def _mapped(settings: SentimentSettings, names: Mapping[int, str]) -> list[Label]:
    """Our label for each of the model's, in its order."""
    ours = {name.casefold(): label for name, label in settings.labels.items()}
    known = {str(label): label for label in Label} | ours
    listed = [str(names[at]) for at in sorted(names)]
    missing = [name for name in listed if name.casefold() not in known]
    if missing:
        lines = ", ".join(f"{name}: negative" for name in missing)
        raise ModelError(
            f"sentiment.labels: {settings.model} answers {', '.join(missing)}, which "
            f"we cannot read; map each, as in `labels: {{{lines}}}`, to negative, "
            "neutral or positive"
        )
    extra = set(ours) - {name.casefold() for name in listed}
    if extra:
        raise ModelError(
            f"sentiment.labels: {settings.model} has no {', '.join(sorted(extra))}; "
            f"its labels are {', '.join(listed)}"
        )
    return [known[name.casefold()] for name in listed]


def _folded(labels: Sequence[Label], row: NDArray[np.float64]) -> dict[Label, float]:
    """Five stars or two classes as our three: what maps to one label is added up."""
    folded = dict.fromkeys(Label, 0.0)
    for label, probability in zip(labels, row, strict=True):
        folded[label] += float(probability)
    return folded


def _onnx_beside(where: str) -> Path | None:
    files = (Path(where) / name for name in _ONNX_FILES)
    return next((file for file in files if file.is_file()), None)


def _onnx_run(weights: Path, settings: SentimentSettings) -> Run:
    try:
        session: Any = open_session(weights, settings.threads)
    except Exception as error:
        raise ModelError(
            f"sentiment.model: {weights} cannot be read; export it again or remove it"
        ) from error
    names = [one.name for one in session.get_inputs()]

    def run(feeds: Feeds) -> NDArray[np.float64]:
        taken = {name: np.asarray(feeds[name], np.int64) for name in names}
        return np.asarray(session.run(None, taken)[0], np.float64)

    return run


def _torch_run(torch: Any, model: Any, settings: SentimentSettings) -> Run:
    try:
        model = model.to(settings.device).eval()
    except (RuntimeError, AssertionError) as error:
        raise ModelError(
            f"sentiment.device: {settings.device!r} cannot be used here "
            f"({_first_line(error)}); write `device: cpu`"
        ) from error
    if settings.device == "cpu":
        torch.set_num_threads(settings.threads)

    def run(feeds: Feeds) -> NDArray[np.float64]:
        tensors = {
            name: torch.from_numpy(np.asarray(value)).to(settings.device)
            for name, value in feeds.items()
        }
        with torch.inference_mode():
            logits = model(**tensors).logits
        return np.asarray(logits.float().cpu().numpy(), np.float64)

    return run
