// A member's acts (commands, presses, choices, forms), and what comes of them until the bot's first response.

import { get, post } from "./control.js";
import { showForm } from "./form.js";
import { store } from "./store.js";

const FIRST_RESPONSE_MS = 3000;
const KEPT = 200;
const MODAL = 9;
/** A response that was accepted in time may be told a little later. */
const GRACE_MS = 250;

const responses = new Map();
const waiting = new Map();

/** The live socket told of a response; it may be faster than our own request's answer. */
export function answered(response) {
  responses.set(response.interaction_id, response);
  if (responses.size > KEPT) responses.delete(responses.keys().next().value);
  waiting.get(response.interaction_id)?.(response);
}

/** Sends an act and waits for the first response; null when there was none in time. `sent(id)` is called in between. */
export async function act(order, sent = () => {}) {
  const place = { guild_id: store.guildId, channel_id: store.channelId, user_id: store.userId, locale: store.locale };
  const { interaction_id: id } = await post("/interactions", { ...place, ...order });
  sent(id);
  const response = await first(id);
  if (response?.callback_type === MODAL) showForm(response.modal, (fields) => submit(response.modal.custom_id, fields));
  return response;
}

const submit = (customId, fields) => act({ type: "modal", custom_id: customId, fields });

async function first(id) {
  if (responses.has(id)) return responses.get(id);
  const told = await new Promise((resolve) => {
    waiting.set(id, resolve);
    setTimeout(() => resolve(null), FIRST_RESPONSE_MS + GRACE_MS);
  });
  waiting.delete(id);
  if (told) return told;
  // The socket may have been cut in between: the API knows.
  const seen = await get(`/interactions/${id}`).catch(() => null);
  return seen?.callback_type ? seen : null;
}
