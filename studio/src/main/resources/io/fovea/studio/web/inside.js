import { el } from './api.js';

/** @param {HTMLElement} place */
export async function mount(place) {
  place.append(el('p', { class: 'hint' }, 'Loading …'));
}
