// The Listen button: what the open server's voice channel hears, played here, with a level meter.

import { get, socketUrl } from "./control.js";
import { byId, icon, make, notice } from "./dom.js";
import { guild, on, store } from "./store.js";

const RATE = 48000;
const ASK_MS = 1000;
const RETRY_MS = 1000;
const FLOOR_DB = -54;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** What is listened to now; null when nothing is. Its analyser sees exactly what the speakers get. */
export let listening = null;

class Listening {
  constructor(guildId) {
    this.guildId = guildId;
    this.context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    this.analyser = new AnalyserNode(this.context, { fftSize: 32768, smoothingTimeConstant: 0 });
    this.cushion = { playing: false, cushionMs: 0, skipped: 0 };
    this.samples = new Float32Array(this.analyser.fftSize);
    this.ended = false;
  }

  async start() {
    await this.context.audioWorklet.addModule("/console/ears_worklet.js");
    if (this.ended) return;
    this.ears = new AudioWorkletNode(this.context, "ears", { numberOfInputs: 0, outputChannelCount: [2] });
    this.ears.port.onmessage = ({ data }) => {
      this.cushion = data;
    };
    this.ears.connect(this.analyser).connect(this.context.destination);
    await this.context.resume();
    this.connect();
  }

  connect() {
    if (this.ended) return;
    this.socket = new WebSocket(socketUrl(`/ears/${this.guildId}/listen`));
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => this.ears.port.postMessage(data, [data]);
    this.socket.onclose = () => setTimeout(() => this.connect(), RETRY_MS);
  }

  /** Loudness of the last 20 ms as a share of the meter, 0 to 1. */
  level() {
    this.analyser.getFloatTimeDomainData(this.samples);
    const last = this.samples.subarray(-960);
    const power = last.reduce((sum, sample) => sum + sample * sample, 0) / last.length;
    const decibels = 10 * Math.log10(power + 1e-12);
    return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
  }

  end() {
    this.ended = true;
    this.socket?.close();
    this.context.close();
  }
}

async function toggle() {
  if (listening) return stop();
  listening = new Listening(store.guildId);
  paint();
  try {
    await listening.start();
    meter(listening);
    ask(listening);
  } catch (error) {
    notice(`This browser cannot listen: ${error.message}`);
    stop();
  }
}

function stop() {
  listening?.end();
  listening = null;
  paint();
}

function paint() {
  const button = make(
    "button",
    {
      type: "button",
      id: "listen",
      class: "button listen",
      "aria-pressed": String(Boolean(listening)),
      onclick: toggle,
    },
    icon("headphones"),
    ...(listening ? ["Stop", make("span", { class: "listen-more" }, " listening")] : ["Listen"]),
  );
  const had = document.activeElement?.id === "listen";
  byId("listening").replaceChildren(
    ...(listening
      ? [
          make("span", { id: "heard" }, "Waiting for sound"),
          make(
            "span",
            {
              id: "meter",
              role: "meter",
              "aria-label": "Level",
              "aria-valuemin": "0",
              "aria-valuemax": "100",
              "aria-valuenow": "0",
            },
            make("i"),
          ),
        ]
      : []),
    button,
  );
  if (had) button.focus();
}

/** Draws the level; with reduced motion only a few times a second. */
function meter(shown) {
  if (!shown || shown !== listening) return document.body.classList.remove("is-heard");
  const share = shown.cushion.playing ? shown.level() : 0;
  byId("meter").firstChild.style.transform = `scaleX(${share.toFixed(3)})`;
  byId("meter").setAttribute("aria-valuenow", String(Math.round(share * 100)));
  document.body.classList.toggle("is-heard", share > 0.05);
  if (still.matches) setTimeout(() => meter(shown), 250);
  else requestAnimationFrame(() => meter(shown));
}

/** What the channel's ears measure: their tone and what was lost on the way. */
async function ask(asked) {
  if (!asked || asked !== listening) return;
  try {
    const ears = await get(`/ears/${asked.guildId}`);
    if (asked !== listening) return;
    const tone = ears.tone_hz ? `${Math.round(ears.tone_hz)} Hz, ` : "";
    byId("heard").textContent = asked.cushion.playing
      ? `${tone}${ears.lost} frames lost`
      : ears.connected
        ? "Nothing plays"
        : "The bot is not in voice";
  } catch (error) {
    byId("heard").textContent = error.message;
  }
  setTimeout(() => ask(asked), ASK_MS);
}

export function startListening() {
  paint();
  on("places", () => {
    if (listening && listening.guildId !== guild()?.id) stop();
  });
}
