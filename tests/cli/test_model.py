"""everyreply model."""

import csv
import io
import json


def test_correction_is_shown_exported_and_scored(everyreply):
    everyreply("poll", "inbox")

    corrected = everyreply("model", "correct", "1", "neutral", "--by", "ana")
    exported = everyreply("model", "corrections").stdout
    scores = everyreply("model", "evaluate").output
    card = everyreply("mentions", "1").output

    assert corrected.exit_code == 0
    assert exported == "1\tacme is terrible, I want my money back\n"
    assert "macro-recall" in scores
    assert "neutral (says ana)" in card


def test_model_evaluate_of_a_labelled_file_has_a_confusion_matrix(everyreply, place):
    file = place / "labelled.tsv"
    file.write_text("0\tI hate it, it broke\n2\tI love it\n1\tIt arrived on Monday\n")

    found = json.loads(everyreply("model", "evaluate", str(file), "--json").stdout)

    assert found["overall"]["count"] == 3
    assert set(found["overall"]["confusion"]) == {"negative", "neutral", "positive"}


def test_model_evaluate_without_corrections_says_what_to_do(everyreply):
    shown = everyreply("model", "evaluate")

    assert shown.exit_code == 1
    assert "name a labelled file instead" in shown.output


def test_model_explain_shows_which_words_weigh_most(everyreply):
    shown = everyreply("model", "explain", "The delivery was terrible")

    assert shown.output.startswith("negative")
    assert "terrible" in shown.output.splitlines()[3]


def test_model_explain_judges_a_text_as_the_kind_it_is(everyreply):
    text = "The room was fine but breakfast was poor"
    asked = ("model", "explain", text, "--json", "--kind")

    post, review = (
        json.loads(everyreply(*asked, kind).stdout) for kind in ("post", "review")
    )

    assert post["sentiment"] != review["sentiment"]
    assert everyreply(*asked, "novel").exit_code == 2


def test_model_explain_says_what_praise_of_another_is_to_a_brand(everyreply):
    asked = ("model", "explain", "Bolt is so much better than Acme, I love it!")

    shown = " ".join(everyreply(*asked).output.split())
    plain = json.loads(everyreply(*asked, "--json").stdout)

    assert shown.startswith("positive, en")
    assert 'since it prefers another: "better than Acme"' in shown
    assert [(one["brand"], one["words"]) for one in plain["toward"]] == [
        ("Acme", "better than Acme")
    ]
    assert plain["toward"][0]["sentiment"]["label"] == "negative"


def test_correction_counts_in_lists_and_filters(everyreply):
    everyreply("poll", "inbox")
    everyreply("model", "correct", "1", "positive", "--by", "ana")

    rows = list(
        csv.DictReader(
            io.StringIO(
                everyreply("mentions", "--sentiment", "positive", "--csv").stdout
            )
        )
    )

    assert "1" in {row["post_id"] for row in rows}
    assert {row["corrected_by"] for row in rows if row["post_id"] == "1"} == {"ana"}
    assert everyreply("model", "correct", "1", "neutral", "--by", " ").exit_code == 2
