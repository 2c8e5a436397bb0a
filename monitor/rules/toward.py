"""How a post feels about the brand it names, rather than as a whole."""

from connectors import Post
from monitor.rules.match import BrandMatch, merged
from monitor.rules.names import own_names
from sentiment import Sentiment
from sentiment.toward import is_judged, preferred_to, toward


def toward_brand(sentiment: Sentiment, post: Post, match: BrandMatch) -> Sentiment:
    """Return what `sentiment`, that of the whole text, is toward the brand.

    Stars are given to what is reviewed: a text with stars is left as it is.
    """
    if post.rating is not None:
        return sentiment
    return toward(sentiment, post.text, named_at(match))


def prefers_another(sentiment: Sentiment, post: Post, match: BrandMatch) -> bool:
    """Say whether the text prefers another to the brand, as far as it is judged."""
    judged = post.rating is None and is_judged(sentiment)
    return judged and preferred_to(post.text, named_at(match)) is not None


def named_at(match: BrandMatch) -> tuple[tuple[int, int], ...]:
    """Where the brand's names stand, of all that matched: a query's other words, like
    phone in `acme AND phone`, are not its name."""
    brand = match.brand
    names = {*brand.keywords, *own_names(brand), brand.name}
    folded = {name.casefold() for name in names}
    return merged([hit for hit in match.hits if hit.keyword.casefold() in folded])
