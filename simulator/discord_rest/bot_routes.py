"""Who the bot is and where its gateway lies: what a client asks for when it logs in."""

from typing import Any

from simulator.discord_rest.exchange import Answer, Call, Route
from simulator.world.payloads import own_user_payload, user_payload


def own_user(call: Call) -> Answer:
    return Answer(data=own_user_payload(call.world.bot))


def own_application(call: Call) -> Answer:
    world = call.world
    application: dict[str, Any] = {
        "id": world.application_id,
        "name": "Segue",
        "icon": None,
        "description": "A music bot.",
        "type": None,
        "bot": user_payload(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": {**user_payload(world.bot), "id": str(int(world.bot.id) + 1), "username": "team", "bot": False},
        "approximate_guild_count": len(list(world.joined_guilds())),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": ["applications.commands", "bot"],
        "rpc_origins": [],
    }
    return Answer(data=application)


def gateway(call: Call) -> Answer:
    return Answer(data={"url": call.world.gateway_url})


def bot_gateway(call: Call) -> Answer:
    world = call.world
    limit = {
        "total": 1000,
        "remaining": 1000,
        "reset_after": 86_400_000,
        "max_concurrency": world.max_concurrency,
    }
    data = {"url": world.gateway_url, "shards": world.recommended_shards, "session_start_limit": limit}
    return Answer(data=data)


ROUTES = [
    Route("GET", "/users/@me", own_user),
    Route("GET", "/applications/@me", own_application),
    Route("GET", "/oauth2/applications/@me", own_application),
    Route("GET", "/gateway", gateway, needs_token=False),
    Route("GET", "/gateway/bot", bot_gateway),
]
