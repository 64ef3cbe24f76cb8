// Wires the parts of the page together.

import { follow } from "./control.js";
import { byId, notice } from "./dom.js";
import { forget, keep, loadCommands, loadMessages, loadPlaces, moved } from "./store.js";
import { answered } from "./interactions.js";
import { startCommandBox } from "./command_box.js";
import { startDrawer } from "./drawer.js";
import { startListening } from "./listening.js";
import { startMessageList } from "./message_list.js";
import { startPeople } from "./people.js";
import { startPlaces } from "./places.js";
import { startTimestamps } from "./timestamps.js";
import { startVoice } from "./voice.js";

const SETTLE_MS = 60;
const soon = new Map();

/** Many changes of one kind in a row are read once. */
function onceSoon(load) {
  clearTimeout(soon.get(load));
  soon.set(
    load,
    setTimeout(() => load().catch((error) => notice(error.message)), SETTLE_MS),
  );
}

const changes = {
  message: (change) => keep(change.message),
  message_gone: (change) => forget(change.message_id),
  interaction: answered,
  voice: moved,
  places: () => onceSoon(loadPlaces),
  commands: () => onceSoon(loadCommands),
};

async function linked(up) {
  byId("offline").hidden = up;
  document.body.classList.toggle("is-live", up);
  if (!up) return;
  try {
    await loadPlaces();
    await Promise.all([loadCommands(), loadMessages()]);
    document.body.classList.add("is-ready");
  } catch (error) {
    notice(error.message);
  }
}

for (const start of [
  startPlaces,
  startVoice,
  startPeople,
  startMessageList,
  startCommandBox,
  startListening,
  startTimestamps,
  startDrawer,
])
  start();
follow((change) => changes[change.type]?.(change), linked);
