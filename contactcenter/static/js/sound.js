// The ring tone, made by the browser itself: two soft notes, a pause. No file to load, nothing to be missing.

const NOTES = [[587, 0], [740, 0.22], [587, 0.44], [740, 0.66]];
const EVERY = 2400;
let context;
let ringing = 0;

// Browsers keep a page silent until the person has touched it; "going on duty" is such a touch.
export async function unlockSound() {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
  showBlocked();
}

export function startRinging() {
  if (ringing) return;
  context ??= new AudioContext();
  ringing = setInterval(once, EVERY);
  once();
}

export function stopRinging() {
  clearInterval(ringing);
  ringing = 0;
}

function once() {
  showBlocked();
  if (context.state !== "running") return;
  for (const [pitch, after] of NOTES) note(pitch, context.currentTime + after);
}

function note(pitch, at) {
  const tone = new OscillatorNode(context, { frequency: pitch, type: "sine" });
  const level = new GainNode(context, { gain: 0 });
  level.gain.setValueAtTime(0, at);
  level.gain.linearRampToValueAtTime(0.25, at + 0.02);
  level.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
  tone.connect(level).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.21);
}

function showBlocked() {
  document.body.classList.toggle("sound-blocked", context.state !== "running");
}
