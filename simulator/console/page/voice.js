// Your own voice connection: joining by a channel's button, leaving by the panel's.

import { post } from "./control.js";
import { byId, icon, make, notice } from "./dom.js";
import { guild, me, on, store } from "./store.js";

/** Joins, moves, or does nothing when you are there already; null leaves. */
export async function joinVoice(channelId) {
  if (me()?.voice_channel_id === channelId) return;
  try {
    await post("/voice", { guild_id: store.guildId, user_id: store.userId, channel_id: channelId });
  } catch (error) {
    notice(error.message);
  }
}

function paint() {
  const panel = byId("voice");
  const channel = guild()?.channels.find((one) => one.id === me()?.voice_channel_id);
  panel.hidden = !channel;
  if (!channel) return panel.replaceChildren();
  panel.replaceChildren(
    make("p", {}, make("b", {}, "Voice connected"), make("span", {}, `${channel.name} / ${me().name}`)),
    make(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Leave voice",
        title: "Leave voice",
        onclick: () => joinVoice(null),
      },
      icon("leave"),
    ),
  );
}

export function startVoice() {
  on("places", paint);
}
