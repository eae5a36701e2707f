// The requests of the look-inside page. Large responses are one message: JSON, then floats (see TensorMessage.java).
import { answer, get } from '../api.js';

export function read(message) {
  const length = new DataView(message).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length)));
  const arrays = new Map();
  let at = 4 + length;
  for (const { name, length: floats } of facts.arrays) {
    arrays.set(name, new Float32Array(message, at, floats));
    at += 4 * floats;
  }
  return { facts, arrays };
}

const body = (bytes) => ({ method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes });

const address = (name, query) => `/api/inside/${name}?${new URLSearchParams(query)}`;

export const fetchJson = (name, query) => get(address(name, query));

export const askJson = async (name, query, bytes) => (await answer(address(name, query), body(bytes))).json();

export const fetchMessage = async (name, query) => read(await (await answer(address(name, query), {})).arrayBuffer());

export const askMessage = async (name, query, bytes) => read(await (await answer(address(name, query), body(bytes))).arrayBuffer());

export const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
