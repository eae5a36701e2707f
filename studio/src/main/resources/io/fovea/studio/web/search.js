// A search: what each candidate reached so far, what is tried now, why one was chosen.
import { clock, el, h2, hint, judged, named, note, scrolled, tableOf, td } from './api.js';

/** The chosen candidate; none before the choice. */
export const chosenOf = (search) => search?.candidates?.find((one) => one.chosen);

/** Of which candidate the model is that can be used before the choice. */
export function soFarOf({ model, state, search }) {
  const one = model && search?.soFar && search.candidates?.find(({ name }) => name === search.soFar);
  return one ? `So far: ${one.name}, ${judged(one.accuracy, one.photos)} held-out photos; the search ${state === 'running' ? 'goes on' : 'was stopped'}.` : '';
}

/** The part of the time that is over, and the time; of the estimate nothing before there is one. */
export function progressOf(search) {
  const seconds = (Date.now() - search.began) / 1000; // NaN before it began
  const about = `about ${clock(search.estimate)}`;
  const than = seconds > search.estimate ? ` ${clock(seconds - search.estimate)} longer than estimated (${about})` : ` of ${about}`;
  return { value: Math.min(1, seconds / search.estimate) || 0, text: search.began && el('span', {}, clock(seconds), search.estimate > 0 ? note(than) : '') };
}

export class SearchCard {
  constructor() {
    this.element = el('div', { class: 'card search', hidden: true });
  }

  show(facts) {
    const search = facts?.search;
    this.element.hidden = !search;
    const key = JSON.stringify([facts?.name, facts?.state, search]);
    if (!search || key === this.key) return;
    this.key = key;
    const running = ['running', 'stopping'].includes(facts.state);
    const chosen = chosenOf(search);
    const rows = (search.candidates ?? []).map((one) => el('tr', { class: one.chosen ? 'chosen' : null },
      named(one.name, el('strong', { class: 'good' }, one.chosen ? ' chosen' : search.soFar && one.name === search.soFar ? ' so far' : ''), note(one.note ?? '')),
      td(judged(one.accuracy, one.photos)),
      el('td', { class: 'number' }, one.loss?.toFixed?.(3) ?? '–'), el('td', { class: 'number' }, clock(one.seconds))));
    this.element.replaceChildren(h2('Candidates'),
      hint(`${search.effort ? `Effort ${search.effort}: each` : 'Each'} is judged by the same photos, from which it has not learned. A more expensive one wins only if its loss is clearly lower.`),
      rows.length === 0 ? '' : scrolled('Candidates', tableOf({}, null, ['Candidate', 'Accuracy, of photos (95 % interval)', 'Loss', 'Time'], rows)),
      running ? el('p', { role: 'status', class: 'now' }, search.now ? `Now: ${search.now} …` : 'Now: the weights and the photos are being read …')
        : chosen ? '' : hint('The search ended before its choice. It keeps no checkpoint, so it has to be started again.'));
  }
}
