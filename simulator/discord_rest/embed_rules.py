"""What Discord accepts as embeds, and the form in which it gives them back."""

from typing import Any

from simulator.discord_rest import field_rules as rules
from simulator.discord_rest.errors import FieldErrors
from simulator.discord_rest.field_rules import Path

_MOST_EMBEDS = 10
_MOST_CHARACTERS = 6000
"""Over all embeds of a message: titles, descriptions, fields, footers and authors together."""


def check_embeds(errors: FieldErrors, embeds: Any, path: Path) -> list[dict[str, Any]]:
    """The embeds as Discord stores them; what is wrong goes to `errors`."""
    if not rules.listing(errors, embeds, path, most=_MOST_EMBEDS):
        return []
    stored = []
    characters = 0
    for index, embed in enumerate(embeds):
        if rules.form(errors, embed, (*path, index)):
            _check_embed(errors, embed, (*path, index))
            characters += _characters(embed)
            stored.append(_stored(embed))
    if characters > _MOST_CHARACTERS:
        errors.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    return stored


def _check_embed(errors: FieldErrors, embed: dict[str, Any], path: Path) -> None:
    rules.text(errors, embed.get("title"), (*path, "title"), longest=256)
    rules.text(errors, embed.get("description"), (*path, "description"), longest=4096)
    rules.url(errors, embed.get("url"), (*path, "url"))
    rules.whole_number(errors, embed.get("color"), (*path, "color"), least=0, most=0xFFFFFF)
    _check_parts(errors, embed, path)
    if rules.listing(errors, embed.get("fields"), (*path, "fields"), most=25):
        for index, field in enumerate(embed["fields"]):
            where = (*path, "fields", index)
            if rules.form(errors, field, where):
                rules.text(errors, field.get("name"), (*where, "name"), longest=256, shortest=1, needed=True)
                rules.text(errors, field.get("value"), (*where, "value"), longest=1024, shortest=1, needed=True)
                rules.flag(errors, field.get("inline"), (*where, "inline"))


def _check_parts(errors: FieldErrors, embed: dict[str, Any], path: Path) -> None:
    author, footer = embed.get("author"), embed.get("footer")
    if author is not None and rules.form(errors, author, (*path, "author")):
        rules.text(errors, author.get("name"), (*path, "author", "name"), longest=256, needed=True)
        rules.url(errors, author.get("url"), (*path, "author", "url"))
        rules.url(errors, author.get("icon_url"), (*path, "author", "icon_url"))
    if footer is not None and rules.form(errors, footer, (*path, "footer")):
        rules.text(errors, footer.get("text"), (*path, "footer", "text"), longest=2048, needed=True)
        rules.url(errors, footer.get("icon_url"), (*path, "footer", "icon_url"))
    for kind in ("image", "thumbnail"):
        picture = embed.get(kind)
        if picture is not None and rules.form(errors, picture, (*path, kind)):
            rules.url(errors, picture.get("url"), (*path, kind, "url"))


def _characters(embed: dict[str, Any]) -> int:
    texts = [embed.get("title"), embed.get("description")]
    fields = embed.get("fields")
    parts = [embed.get("author"), embed.get("footer"), *(fields if isinstance(fields, list) else ())]
    for part in parts:
        if isinstance(part, dict):
            texts += [part.get(key) for key in ("name", "value", "text")]
    return sum(len(part) for part in texts if isinstance(part, str))


def _stored(embed: dict[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = {key: value for key, value in embed.items() if value is not None and value != []}
    stored["type"] = "rich"
    if isinstance(stored.get("fields"), list):
        stored["fields"] = [
            {"name": f.get("name"), "value": f.get("value"), "inline": bool(f.get("inline"))}
            for f in stored["fields"]
            if isinstance(f, dict)
        ]
    return stored


def is_empty(embed: dict[str, Any]) -> bool:
    """An embed in which nothing can be seen; a message of only such is refused as empty."""
    return not any(
        embed.get(key) for key in ("title", "description", "fields", "image", "thumbnail", "author", "footer")
    )
