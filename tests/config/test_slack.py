import pytest
from pydantic import ValidationError

from monitor.config import SlackSettings

TOKEN = "xoxb-secret"  # noqa: S105 - opens nothing


def settings(**given):
    return SlackSettings(bot_token=TOKEN, channel="#a", **given)


def test_tokens_are_never_shown():
    assert TOKEN not in f"{settings()!r} {settings()} {settings().model_dump_json()}"


def test_operator_hears_in_the_default_channel_unless_another_is_named():
    assert settings().ops == "#a"
    assert settings(ops_channel="#ops").ops == "#ops"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ops_channel": "ops"}, "is not a channel; write one like"),
        ({"api_base": "http://evil.example/"}, "must begin with https://"),
        ({"people": [{"email": "ann"}]}, "is not an e-mail address"),
        ({"groups": [{"name": "g"}]}, "a group needs a handle or members"),
        ({"groups": [{"name": "g", "handle": "leads"}]}, "is not a user group"),
        ({"escalation": [{"to": "nobody"}]}, "is no group here and no e-mail address"),
        ({"approvals": [{"by": "nobody"}]}, "is no group here and no e-mail address"),
        ({"saved_replies": [{"name": "n", "text": "Hi {name}"}]}, "{name} is not known"),
        ({"saved_replies": [{"name": "n", "text": "Hi {"}]}, "a brace stands alone"),
        ({"collect": {"every": "2d"}}, "must be between 1m and 1d"),
    ],
)  # fmt: skip
def test_fault_names_its_remedy(given, words):
    with pytest.raises(ValidationError) as wrong:
        settings(**given)

    assert words in str(wrong.value)
    assert TOKEN not in str(wrong.value)


def test_saved_reply_may_hold_the_known_placeholders():
    text = "Hi {author}, {me} of {brand}: {url} {{literal}}"

    made = settings(saved_replies=[{"name": "n", "text": text, "languages": ["EN"]}])

    assert made.saved_replies[0].languages == ("en",)
