import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sentiment import Label, ModelError, open_classifier
from sentiment.onnx import OnnxClassifier
from sentiment.settings import SentimentSettings
from sentiment.torch import TorchClassifier

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] good bad the food was @ user http"
STARS = {0: "1 star", 1: "3 stars", 2: "5 stars"}
MAPPING = {"1 star": "negative", "3 stars": "neutral", "5 stars": "positive"}


def write_config(folder: Path, labels: dict[int, str]) -> None:
    folder.mkdir(exist_ok=True)
    config = {
        "model_type": "bert",
        "architectures": ["BertForSequenceClassification"],
        "vocab_size": 14,
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
        "max_position_embeddings": 64,
        "id2label": {str(at): name for at, name in labels.items()},
        "label2id": {name: at for at, name in labels.items()},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join(WORDS.split()))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "BertTokenizer", "model_max_length": 32})
    )


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with lots for weights, saved as `save_pretrained` does."""
    torch = pytest.importorskip("torch", reason="needs the torch extra")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("tiny")
    write_config(folder, STARS)
    torch.manual_seed(1)
    config = transformers.AutoConfig.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_config(config)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(0, 0.5)
    model.save_pretrained(folder)
    return folder


def settings(folder: Path | str, **more: Any) -> SentimentSettings:
    return SentimentSettings.model_validate({"model": str(folder)} | more)


def opened(folder: Path | str, **more: Any) -> TorchClassifier:
    return TorchClassifier(settings(folder, **more))


@pytest.mark.torch
def test_a_local_model_judges_with_its_labels_mapped(tiny: Path) -> None:
    classifier = open_classifier(settings(tiny, labels=MAPPING))

    found = classifier.classify(["the food was good", "", "bad " * 500, "a\x00\ud800"])

    assert [one.model for one in found] == [str(tiny)] * 4
    assert found[1].sure is False
    for one in found:
        assert one.negative + one.neutral + one.positive == pytest.approx(1)


@pytest.mark.torch
def test_labels_that_mean_the_same_are_added_up(tiny: Path) -> None:
    both = MAPPING | {"3 stars": "negative"}

    three = opened(tiny, labels=MAPPING).classify(["the food was bad"])[0]
    two = opened(tiny, labels=both).classify(["the food was bad"])[0]

    assert two.neutral == 0
    assert two.negative == pytest.approx(three.negative + three.neutral)


@pytest.mark.torch
def test_neighbours_hardly_change_an_answer(tiny: Path) -> None:
    texts = ["good", "the food was bad bad bad", "http @user", "the food " * 9]
    classifier = opened(tiny, labels=MAPPING, batch_size=2)

    together = classifier.classify(texts)

    for text, one in zip(texts, together, strict=True):
        alone = classifier.classify([text])[0]
        assert alone.negative == pytest.approx(one.negative, abs=1e-5)


@pytest.mark.torch
def test_languages_count_as_known_unless_some_are_listed(tiny: Path) -> None:
    texts = ["Das Essen war leider sehr schlecht und kalt."]

    free = opened(tiny, labels=MAPPING).classify(texts)[0]
    bound = opened(tiny, labels=MAPPING, languages=["en"]).classify(texts)[0]

    assert (free.language, free.sure) == ("de", True)
    assert (bound.language, bound.sure) == ("de", False)


@pytest.mark.torch
def test_a_device_that_is_not_there_is_named(tiny: Path) -> None:
    with pytest.raises(ModelError, match=r"sentiment\.device: 'nowhere'.*device: cpu"):
        opened(tiny, labels=MAPPING, device="nowhere").classify(["good"])


@pytest.mark.torch
def test_an_onnx_file_beside_the_model_is_used(tiny: Path, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx", reason="torch exports through onnx")
    by_torch = opened(tiny, labels=MAPPING).classify(["the food was good"])[0]
    write_config(tmp_path, STARS)
    export_onnx(torch, tiny, tmp_path / "model.onnx")

    by_onnx = opened(tmp_path, labels=MAPPING).classify(["the food was good"])[0]

    assert not (tmp_path / "model.safetensors").exists()
    assert by_onnx.negative == pytest.approx(by_torch.negative, abs=1e-4)


def export_onnx(torch: Any, folder: Path, file: Path) -> None:
    import transformers

    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, attn_implementation="eager"
    ).eval()

    class Logits(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    import warnings

    names = ["input_ids", "attention_mask"]
    sample = torch.ones((2, 5), dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the old exporter warns that it is old
        torch.onnx.export(
            Logits(),
            (sample, sample),
            str(file),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "n", 1: "t"} for name in names},
            opset_version=17,
            dynamo=False,
        )


def test_a_broken_onnx_file_is_told(tmp_path: Path) -> None:
    write_config(tmp_path, STARS)
    (tmp_path / "model.onnx").write_bytes(b"no model")

    with pytest.raises(ModelError, match=r"model.onnx cannot be read; export it again"):
        opened(tmp_path, labels=MAPPING).classify(["good"])


def test_labels_we_cannot_read_are_listed_with_the_remedy(tmp_path: Path) -> None:
    write_config(tmp_path, STARS)

    with pytest.raises(ModelError, match="answers 1 star, 5 stars, which we cannot"):
        opened(tmp_path, labels={"3 stars": "neutral"}).classify(["good"])


def test_a_mapping_for_a_label_that_is_not_there_is_told(tmp_path: Path) -> None:
    write_config(tmp_path, dict(enumerate(map(str, Label))))

    with pytest.raises(ModelError, match="has no label_0; its labels are negative"):
        opened(tmp_path, labels={"LABEL_0": "negative"}).classify(["good"])


@pytest.mark.parametrize("path", ["./no/such/folder", "/no/such/folder", "~/none/here"])
def test_a_folder_that_is_not_there_is_told(path: str) -> None:
    with pytest.raises(ModelError, match=r"there is no folder .*; correct the path"):
        opened(path).classify(["good"])


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no config\.json"):
        opened(tmp_path).classify(["good"])


@pytest.mark.slow
def test_without_torch_the_remedy_is_named(tmp_path: Path) -> None:
    write_config(tmp_path, STARS)

    done = run(
        f"""
import sys
sys.modules["torch"] = None
from sentiment import ModelError, open_classifier
from sentiment.onnx import OnnxClassifier
from sentiment.settings import SentimentSettings
settings = SentimentSettings(model={str(tmp_path)!r}, labels={MAPPING!r})
try:
    open_classifier(settings).classify(["good"])
except ModelError as error:
    print(error)
"""
    )

    assert "'torch', which is missing; run `pip install 'everyreply[torch]'`" in done


@pytest.mark.slow
def test_offline_never_tries_the_network(tmp_path: Path) -> None:
    done = run(
        """
import socket
def refused(*arguments, **more):
    raise SystemExit("the network was tried")
socket.socket.connect = refused
socket.getaddrinfo = refused
from sentiment import ModelError, open_classifier
from sentiment.onnx import OnnxClassifier
from sentiment.settings import SentimentSettings
try:
    open_classifier(SentimentSettings(model="acme/no-such-model")).classify(["good"])
except ModelError as error:
    print(error)
""",
        HF_HUB_OFFLINE="1",
        HF_HOME=str(tmp_path),
    )

    assert "acme/no-such-model is not in the local cache and HF_HUB_OFFLINE" in done
    assert "hf download acme/no-such-model" in done


@pytest.mark.slow
def test_an_unreachable_hub_is_told(tmp_path: Path) -> None:
    done = run(
        """
from sentiment import ModelError, open_classifier
from sentiment.onnx import OnnxClassifier
from sentiment.settings import SentimentSettings
try:
    open_classifier(SentimentSettings(model="acme/no-such-model")).classify(["good"])
except ModelError as error:
    print(error)
""",
        HF_ENDPOINT="http://127.0.0.1:9",
        HF_HOME=str(tmp_path),
        HF_HUB_OFFLINE="",
    )

    assert "acme/no-such-model cannot be fetched" in done
    assert "check the network, or name a local folder" in done


def run(program: str, **environment: str) -> str:
    """What a fresh interpreter prints; the library reads its switches at import."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.torch
def test_float_weights_of_the_embedded_model_say_what_it_says_of_posts(
    tmp_path: Path, embedded: OnnxClassifier
) -> None:
    pytest.importorskip("torch", reason="needs the torch extra")
    pytest.importorskip("onnx", reason="the benchmark reads the graph with it")
    from benchmarks.float_weights import write

    texts = ["I love it", "It broke on day one, never again", "Do you open on Sunday?"]
    write(tmp_path)

    found = TorchClassifier(SentimentSettings(model=str(tmp_path))).classify(texts)

    for one, other in zip(found, embedded.classify(texts), strict=True):
        assert one.label is other.label
