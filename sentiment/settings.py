"""The `sentiment:` part of config.yaml, and the classifier it names."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from sentiment import Classifier, Label

EMBEDDED = "embedded"


class SentimentSettings(BaseModel):
    """Which model judges. The default is the one inside the package, offline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(
        default=EMBEDDED,
        min_length=1,
        description='"embedded", a Hugging Face model id, or a folder with a '
        "text-classification model.",
    )
    labels: Mapping[str, Label] = Field(
        default_factory=dict,
        description="What the labels of another model mean here: {LABEL_0: negative}. "
        "Not needed where they read negative, neutral, positive.",
    )
    languages: tuple[str, ...] = Field(
        default=(),
        description="The languages (BCP 47: en, de) another model was trained for. "
        "Left out: any. The embedded one knows its own.",
    )
    device: str = Field(
        default="cpu",
        min_length=1,
        description="Where another model runs: cpu, cuda. The embedded one: cpu.",
    )
    threads: int = Field(
        default=1, ge=1, le=64, description="Processor cores the model may use."
    )
    batch_size: int = Field(
        default=32, ge=1, le=1024, description="Texts judged at a time."
    )


def classifier_for(settings: SentimentSettings) -> Classifier:
    """What `sentiment.open_classifier` does; apart, so that settings stay light."""
    if settings.model == EMBEDDED:
        from sentiment.onnx import OnnxClassifier

        return OnnxClassifier(threads=settings.threads, batch_size=settings.batch_size)
    from sentiment.torch import TorchClassifier

    return TorchClassifier(settings)
