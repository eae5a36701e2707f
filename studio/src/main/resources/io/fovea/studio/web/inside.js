// Look inside: draw, and see the answer, every map of the network, how every number is computed, and the backward pass.
import { chapter, el, onTheme, percent, say } from './api.js';
import { details } from './inside/details.js';
import { pad } from './inside/drawing.js';
import { learning } from './inside/learning.js';
import { picture } from './inside/network.js';
import { paintPixels } from './inside/palette.js';
import { samples } from './inside/samples.js';
import { askJson, askMessage, bytesOf, fetchJson, fetchMessage } from './inside/server.js';

/** What the colours over the picture mean. */
const LEGENDS = new Map([
  ['', 'Colours the picture by what the answer rests on.'],
  ['grad-cam', 'Orange: what the last convolution has seen there speaks for this answer.'],
  ['occlusion', 'Orange: with this place covered, the network is less sure of this answer.'],
]);

/** @param {HTMLElement} place */
export async function mount(place) {
  place.replaceChildren(el('p', { class: 'hint' }, 'Loading the network …'));
  const models = await fetchJson('models', {});
  const asked = (all) => all.find(({ id }) => id === `run:${decodeURIComponent(location.hash.split('/')[1] ?? '')}`);
  const state = { model: (asked(models) ?? models[0]).id, description: null, nodes: new Map(), weights: new Map(), pixels: null, values: null, answer: null, mode: 'forward', back: null, at: null };

  const choice = el('select', { id: 'model' });
  const offer = (all) => {
    choice.replaceChildren(...all.map(({ id, title }) => el('option', { value: id }, title)));
    choice.value = state.model;
  };
  offer(models);
  const seen = el('canvas', { class: 'pixels seen', id: 'seen', width: 28, height: 28, role: 'img', 'aria-label': 'What the network sees' });
  const heat = el('canvas', { class: 'heat', width: 28, height: 28, 'aria-hidden': 'true' });
  const overlay = el('select', { id: 'overlay' }, el('option', { value: '' }, 'none'), el('option', { value: 'grad-cam' }, 'Grad-CAM: what spoke for the answer'), el('option', { value: 'occlusion' }, 'Occlusion: what it cannot do without'));
  const legend = el('span', {}, LEGENDS.get(''));
  const bars = el('ol', { class: 'bars', id: 'bars', 'aria-label': 'Probability of each class' });
  const answer = el('p', { class: 'answer', id: 'answer', role: 'status' });
  const examples = el('div', { class: 'examples', role: 'group', 'aria-label': 'Examples' });
  const upload = el('input', { type: 'file', id: 'upload', accept: 'image/png,image/jpeg,image/bmp,image/gif' });
  const network = el('div', { class: 'network-scroll', tabindex: 0, role: 'region', 'aria-label': 'Picture of the network' });
  const drawing = pad({ onink: (bytes) => ask('drawing', { height: drawing.side, width: drawing.side }, bytes) });
  const detail = details(state);
  const back = learning(state, refresh);
  const sample = samples((query) => new Promise((told) => {
    drawing.empty();
    ask('sample', query, null, (facts) => told(facts && { label: facts.label, size: facts.size }));
  }));
  let map = null;
  let pending = null;
  let running = false;

  place.classList.add('inside');
  place.replaceChildren(
    el('label', { class: 'field model', for: 'model' }, 'Network', choice),
    el(
      'div',
      { class: 'top-row' },
      el('section', { class: 'card', 'aria-labelledby': 'draw-title' }, el('h2', { id: 'draw-title' }, 'Draw'), drawing.element),
      el(
        'section',
        { class: 'card', 'aria-labelledby': 'answer-title' },
        el('h2', { id: 'answer-title' }, 'The answer'),
        answer,
        el('div', { class: 'answer-row' }, el('figure', {}, el('figcaption', {}, 'what the network sees', ' ', el('a', { href: '/book/03-reshape-and-scale', target: '_blank', rel: 'noopener', 'aria-label': 'The chapter on reshaping and scaling pictures' }, '(why)')), el('div', { class: 'seen-box' }, seen, heat)), bars),
        el('label', { class: 'field', for: 'overlay' }, 'Which places mattered', overlay),
        el('p', { class: 'hint legend' }, legend, ' ', chapter('which-places-mattered', 'The chapter')),
      ),
      el(
        'section',
        { class: 'card', 'aria-labelledby': 'examples-title' },
        el('h2', { id: 'examples-title' }, 'Or choose a picture'),
        el('p', { class: 'hint' }, 'Handwritten digits that were not used for training:'),
        examples,
        sample,
        el('label', { class: 'field', for: 'upload' }, 'A file of yours', el('span', { class: 'hint' }, 'PNG, JPEG, BMP or GIF; it stays on this machine'), upload),
      ),
      back.element,
    ),
    el('section', { class: 'card', 'aria-labelledby': 'network-title' }, el('h2', { id: 'network-title' }, 'The whole network'), el('p', { class: 'hint' }, 'From left to right, each column is a layer and each square one of its maps. Orange is above zero, blue below; the scale under a column holds for all its maps. Choose a map to see its numbers.'), network),
    detail.element,
  );

  function settle(name) {
    place.dataset.state = name;
  }

  /** Asks for an answer; while one is on its way only the newest picture waits. */
  function ask(name, query, bytes, done = () => {}) {
    pending?.done();
    pending = { name, query, bytes, done };
    settle('busy');
    if (!running) run();
  }

  async function run() {
    running = true;
    while (pending) {
      const { name, query, bytes, done } = pending;
      pending = null;
      try {
        const about = { model: state.model, ...query };
        const message = await (bytes ? askMessage(name, about, bytes) : fetchMessage(name, about));
        take(message);
        done(message.facts);
      } catch (failure) {
        done();
        say(failure.message, true);
      }
    }
    running = false;
    settle('ready');
  }

  function take({ facts, arrays }) {
    const empty = facts.empty;
    state.pixels = empty ? null : bytesOf(facts.pixels);
    state.values = arrays;
    state.answer = facts.answer;
    state.back = null;
    const [channels, height, width] = state.description.input;
    paintPixels(seen, bytesOf(facts.pixels), channels, height, width);
    if (empty) {
      showNothing();
      return;
    }
    const p = facts.answer.probabilities;
    const best = p.indexOf(Math.max(...p));
    answer.replaceChildren('It is ', el('strong', { id: 'answer-label' }, state.description.labels[best]), ` (${percent(p[best])})`, facts.doubt ? el('span', { class: 'hint doubt' }, ` The picture does not look like the training images: ${facts.doubt}.`) : '');
    [...bars.children].forEach((bar, k) => showBar(bar, p[k], k === best));
    if (state.mode === 'forward') back.suggest(best);
    back.update();
    refresh();
    showOverlay();
  }

  function showBar(bar, share, best) {
    bar.classList.toggle('best', best);
    bar.querySelector('.fill').style.width = `${100 * share}%`;
    bar.querySelector('.share').textContent = percent(share);
  }

  function showNothing() {
    answer.replaceChildren('Draw a digit, or choose a picture.');
    [...bars.children].forEach((bar) => showBar(bar, 0, false));
    heat.hidden = true;
    if (state.values) map.update((name) => state.values.get(name));
    state.values = null;
    detail.show();
    back.update();
  }

  function refresh() {
    if (!state.values || !state.pixels) return;
    map.update((name) => (state.mode === 'backward' && state.back ? state.back.arrays.get(`value:${name}`) : state.values.get(name)));
    map.choose(state.at.node, state.at.channel);
    detail.show();
  }

  async function showOverlay() {
    heat.hidden = true;
    legend.textContent = LEGENDS.get(overlay.value);
    if (!overlay.value || !state.pixels) return;
    const { pixels } = state;
    const kind = overlay.value;
    const p = state.answer.probabilities;
    try {
      const { values, largest } = await askJson('overlay', { model: state.model, kind, label: p.indexOf(Math.max(...p)) }, pixels);
      if (pixels !== state.pixels || kind !== overlay.value) return;
      const [, height, width] = state.description.input;
      heat.width = width;
      heat.height = height;
      const context = heat.getContext('2d');
      const image = context.createImageData(width, height);
      values.forEach((value, k) => image.data.set([255, 120, 0, largest > 0 ? Math.max(0, value / largest) * 200 : 0], 4 * k));
      context.putImageData(image, 0, 0);
      heat.dataset.kind = kind;
      heat.hidden = false;
    } catch (failure) {
      say(failure.message, true);
    }
  }

  function choose(node, channel) {
    const row = node.shape.length === 1;
    const p = state.answer?.probabilities ?? [0];
    const last = node.name === state.description.nodes.at(-1).name;
    const middle = (size) => Math.floor(size / 2);
    state.at = row ? { node: node.name, channel: last ? p.indexOf(Math.max(...p)) : 0, i: 0, j: 0 } : { node: node.name, channel, i: middle(node.shape[1]), j: middle(node.shape[2]) };
    if (!state.values) {
      say('Draw a digit or choose a picture first.');
      return;
    }
    map.choose(node.name, channel);
    detail.show();
  }

  function showExamples(all) {
    examples.replaceChildren();
    if (all.length === 0) examples.append(el('p', { class: 'hint' }, 'There are none for this network.'));
    all.forEach(({ label, pixels }, k) => {
      if (k % 10 >= 3) return;
      const canvas = el('canvas', { class: 'pixels' });
      paintPixels(canvas, bytesOf(pixels), 1, 28, 28);
      examples.append(el('button', { type: 'button', class: 'example', 'aria-label': `Example of a ${label}, number ${(k % 10) + 1}`, 'data-example': k, onclick: () => show(bytesOf(pixels), label) }, canvas));
    });
  }

  function show(pixels) {
    drawing.empty();
    ask('look', {}, pixels);
  }

  async function open() {
    settle('busy');
    choice.disabled = true;
    try {
      state.model = choice.value;
      state.description = await fetchJson('model', { model: state.model });
      state.weights = (await fetchMessage('weights', { model: state.model })).arrays;
      state.nodes = new Map(state.description.nodes.map((node) => [node.name, node]));
      const first = state.description.nodes.find((node) => node.type === 'conv2d') ?? state.description.nodes[1];
      map = picture(state.description, choose);
      network.replaceChildren(map.element);
      bars.replaceChildren(...state.description.labels.map((name) => el('li', {}, el('span', { class: 'name' }, name), el('span', { class: 'track' }, el('span', { class: 'fill' })), el('span', { class: 'share' }, '–'))));
      back.model();
      state.at = { node: first.name, channel: 0, i: Math.floor((first.shape[1] ?? 0) / 2), j: Math.floor((first.shape[2] ?? 0) / 2) };
      state.values = state.pixels = null;
      showNothing();
      drawing.empty();
      showExamples(await fetchJson('examples', { model: state.model }));
      settle('ready');
    } catch (failure) {
      answer.replaceChildren(el('span', { class: 'error' }, failure.message));
      settle('failed');
    } finally {
      choice.disabled = false;
    }
  }

  choice.addEventListener('change', open);
  addEventListener('hashchange', async () => {
    if (!location.hash.startsWith('#inside')) return;
    try {
      const all = await fetchJson('models', {}); // there may be new runs
      offer(all);
      const wanted = asked(all)?.id ?? state.model;
      if (wanted === state.model) return;
      choice.value = wanted;
      await open();
    } catch (failure) {
      say(failure.message, true);
    }
  });
  overlay.addEventListener('change', showOverlay);
  upload.addEventListener('change', () => {
    if (!upload.files[0]) return;
    drawing.empty();
    ask('upload', {}, upload.files[0]);
  });
  onTheme(refresh);
  await open();
}
