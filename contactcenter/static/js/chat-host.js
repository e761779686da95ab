// The page that shows the chat: it keeps the chat's secret, hears of unread messages, and may fold the window away.

const PATIENCE = 3000;
const KEY = "contactcenter-chat";

// Resolves to {token, keep, fold, unread, onShown, framed}. Without a host page the frame's own storage keeps the secret.
export function meetHost() {
  if (window.parent === window) return Promise.resolve(alone());
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(alone()), PATIENCE);
    window.addEventListener("message", function hello(event) {
      if (event.source !== window.parent || event.data?.chat !== "hello" || !event.ports[0]) return;
      window.removeEventListener("message", hello);
      clearTimeout(late);
      resolve(framed(event.data, event.ports[0]));
    });
    // The page around us may be any that the widget was put into; this word tells it nothing.
    window.parent.postMessage("chat:ready", "*");
  });
}

function framed({ token, shown }, port) {
  const host = {
    framed: true,
    token,
    shown,
    onShown: () => {},
    keep: (secret) => port.postMessage({ keep: secret }),
    fold: () => port.postMessage({ fold: true }),
    unread: (number) => port.postMessage({ unread: number }),
  };
  port.onmessage = ({ data }) => {
    host.shown = data.shown;
    host.onShown(data.shown);
  };
  return host;
}

function alone() {
  return { framed: false, token: read(), shown: true, onShown: () => {}, keep: write, fold: () => {}, unread: () => {} };
}

function read() {
  try {
    return localStorage.getItem(KEY) || "";
  } catch {
    return "";
  }
}

function write(secret) {
  try {
    if (secret) localStorage.setItem(KEY, secret);
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing goes on with the chat until the page is left.
  }
}
