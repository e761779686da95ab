// What was written and is not yet known to be stored: in IndexedDB, else in localStorage, else in memory.

const NAME = "contactcenter-chat-outbox";

// An outbox has all() → messages in the order they were written, put(message), remove(client_id). None of them fails.
export async function openOutbox() {
  try {
    return withSpare(inDatabase(await opened()));
  } catch {
    return withSpare(canStore() ? inStorage() : inMemory());
  }
}

// A storage that is full or forbidden half-way costs the safety of a reload, not the message.
function withSpare(store) {
  const spare = inMemory();
  return {
    all: async () => inOrder([...(await store.all().catch(() => [])), ...(await spare.all())]),
    put: (message) => store.put(message).catch(() => spare.put(message)),
    remove: (clientId) => Promise.all([store.remove(clientId).catch(() => {}), spare.remove(clientId)]),
  };
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("messages", { keyPath: "client_id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function inDatabase(database) {
  const act = (mode, work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction("messages", mode);
      const request = work(transaction.objectStore("messages"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  return {
    all: async () => inOrder(await act("readonly", (store) => store.getAll())),
    put: (message) => act("readwrite", (store) => store.put(message)),
    remove: (clientId) => act("readwrite", (store) => store.delete(clientId)),
  };
}

function inStorage() {
  const read = () => JSON.parse(localStorage.getItem(NAME) ?? "[]");
  const write = (messages) => localStorage.setItem(NAME, JSON.stringify(messages));
  const without = (clientId) => read().filter((message) => message.client_id !== clientId);
  return {
    all: async () => inOrder(read()),
    put: async (message) => write([...without(message.client_id), message]),
    remove: async (clientId) => write(without(clientId)),
  };
}

function inMemory() {
  const messages = new Map();
  return {
    all: async () => inOrder([...messages.values()]),
    put: async (message) => void messages.set(message.client_id, message),
    remove: async (clientId) => void messages.delete(clientId),
  };
}

function inOrder(messages) {
  return messages.sort((one, other) => one.at - other.at);
}

function canStore() {
  try {
    localStorage.setItem(`${NAME}-trial`, "1");
    localStorage.removeItem(`${NAME}-trial`);
    return true;
  } catch {
    return false;
  }
}
