// Look inside: draw, and see the answer, every map of the network, how every number is computed, and the backward pass.
import { chapter, el, hint, labelled, onTheme, option, say, titled } from './api.js';
import { blocksOf } from './inside/blocks.js';
import { details } from './inside/details.js';
import { pad } from './inside/drawing.js';
import { pictures } from './inside/input.js';
import { learning } from './inside/learning.js';
import { picture } from './inside/network.js';
import { scoreText, wordsOf } from './inside/outputs.js';
import { paintPixels } from './inside/palette.js';
import { samples } from './inside/samples.js';
import { askJson, askMessage, bytesOf, fetchJson, fetchMessage } from './inside/server.js';

/** The legend of the colours over the picture. */
const LEGENDS = new Map([
  ['', 'Colours the picture by its influence on the prediction.'],
  ['grad-cam', 'Orange: the last convolution’s maps there support this prediction.'],
  ['occlusion', 'Orange: covering this position lowers the probability of this prediction.'],
]);

/** Limits of probability for the wording of a prediction. */
const SURE = 0.9;
const LIKELY = 0.5;

const bestOf = (scores) => scores.indexOf(Math.max(...scores));

/** How a pixel becomes an input; the book's file is simpler than the network that comes with the studio. */
function scaling({ mean: [mean, ...others], deviation: [deviation] }, isBook) {
  if (others.length) return 'Each channel less its mean, over its deviation.';
  if (mean === 0) return `x = pixel / ${+(255 * deviation).toFixed(1)}`;
  return `x = (pixel − ${(255 * mean).toFixed(1)}) / ${(255 * deviation).toFixed(1)}${isBook ? '; the book’s file divides by 255' : ''}`;
}

/** Examples of a class of digits, of the ten that there are. */
const SHOWN = 3;

/** The example that is shown first: a seven. */
const FIRST = 70;

export async function mount(place) {
  place.replaceChildren(hint('Loading the network …'));
  const models = await fetchJson('models', {});
  const asked = (all) => {
    const name = decodeURIComponent(location.hash.match(/^#inside\/([^/]+)/)?.[1] ?? '');
    const [run, step] = name.split('@');
    if (step) all.push({ id: `run:${name}`, title: `run ${run} after step ${step}` }); // the server knows whether it has it
    return all.find(({ id }) => id === name || id === `run:${name}`);
  };
  const state = { model: (asked(models) ?? models[0]).id, description: null, nodes: new Map(), weights: new Map(), pixels: null, values: null, answer: null, mode: 'forward', back: null, at: null, need, names, weightsOf };

  const choice = el('select', { id: 'model' });
  const offer = (all) => {
    choice.replaceChildren(...all.map(({ id, title }) => option(id, title)));
    choice.value = state.model;
  };
  offer(models);
  const seen = el('canvas', { class: 'pixels seen', id: 'seen', width: 28, height: 28, role: 'img', 'aria-label': 'What the network sees' });
  const heat = el('canvas', { class: 'heat', width: 28, height: 28, 'aria-hidden': 'true' });
  const overlay = el('select', { id: 'overlay' }, option('', 'none'), option('grad-cam', 'Grad-CAM: what supports it'), option('occlusion', 'Occlusion: what it depends on'));
  const legend = el('span', {}, LEGENDS.get(''));
  const bars = el('ol', { class: 'bars', id: 'bars' });
  const answer = el('p', { class: 'answer', id: 'answer', role: 'status' });
  const examples = el('div', { class: 'examples', role: 'group', 'aria-label': 'Examples' });
  const whose = hint();
  const scaled = el('p', { class: 'hint', id: 'scaled' });
  const network = el('div', { class: 'network-scroll', tabindex: 0, role: 'region', 'aria-label': 'Picture of the network' });
  const drawing = pad({ onink: (bytes) => {
    own.empty();
    ask('drawing', { height: drawing.side, width: drawing.side }, bytes);
  } });
  const own = pictures(place, (file, frame) => {
    drawing.empty();
    ask('upload', { frame }, file);
  });
  const detail = details(state, (feeds) => map.feed(feeds));
  const back = learning(state, refresh);
  const sample = samples((query) => new Promise((told) => {
    drawing.empty();
    own.empty();
    ask('sample', query, null, (facts) => told(facts && { label: facts.label, size: facts.size }));
  }));
  let map = null;
  let blocks = [];
  const full = new Set();
  let pending = null;
  let running = false;

  place.classList.add('inside');
  place.replaceChildren(
    el('p', { class: 'first-words' }, 'A network is a row of layers; each turns the numbers of the one before it into new ones. Draw, or choose a picture, and see what every layer makes of it. Choose any square to see how its numbers are worked out; the backward pass shows how the network would learn from the picture.'),
    el('label', { class: 'field model', for: 'model' }, 'Network', choice),
    el('div', { class: 'top-row' },
      titled('draw-title', 'Draw', 'draw', drawing.element),
      titled('answer-title', 'The answer', '', answer,
        el('div', { class: 'answer-row' }, el('figure', {}, el('figcaption', {}, 'what the network sees', ' ', el('a', { href: '/book/03-reshape-and-scale', target: '_blank', rel: 'noopener', 'aria-label': 'The chapter on reshaping and scaling pictures' }, '(why)')), el('div', { class: 'seen-box' }, seen, heat), scaled), bars),
        labelled('overlay', 'Which places mattered', overlay),
        el('p', { class: 'hint legend' }, legend, ' ', chapter('which-places-mattered', 'The chapter'))),
      titled('examples-title', 'Or choose a picture', '', whose, examples, own.element, sample.element),
      back.element),
    titled('network-title', 'The whole network', '', hint('Each column is a layer, each square one of its maps: orange is above zero, blue below, by the scale under the column. Choose a map to see its numbers; the maps that feed it most get a frame, and lines from the layer before.'), network),
    detail.element,
  );

  function settle(name) {
    place.dataset.state = name;
  }

  /** Requests a prediction; during a request only the newest picture waits. */
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
        const about = { model: state.model, nodes: names().join(','), ...query };
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
    state.answer = facts;
    state.back = null;
    const [channels, height, width] = state.description.input;
    paintPixels(seen, bytesOf(facts.pixels), channels, height, width);
    for (const canvas of [seen, heat]) canvas.style.aspectRatio = `${width} / ${height}`;
    if (empty) {
      showNothing();
      return;
    }
    const p = facts.scores;
    const best = bestOf(p);
    const sure = p[best] >= SURE ? 'It is ' : p[best] >= LIKELY ? 'Probably ' : 'Unsure; most likely ';
    const label = state.description.labels[best];
    const words = facts.words && facts.words !== label ? `The answer is ${facts.words}; most probable is ` : sure;
    answer.replaceChildren(words, el('strong', { id: 'answer-label' }, label), ` (${scoreText(state.description, p[best])})`, facts.doubt ? el('span', { class: 'hint doubt' }, ` The picture does not look like the training images: ${facts.doubt}.`) : '');
    [...bars.children].forEach((bar, k) => showBar(bar, p[k], k === best));
    if (state.mode === 'forward') back.suggest(bestOf(p.map((score, k) => (k === best ? -Infinity : score))));
    back.update();
    refresh();
    showOverlay();
  }

  function showBar(bar, share, best) {
    bar.classList.toggle('best', best);
    bar.querySelector('.fill').style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
    bar.querySelector('.share').textContent = scoreText(state.description, share);
  }

  function showNothing() {
    answer.replaceChildren(state.isDigits ? 'Draw a digit, or choose a picture.' : 'Draw something, or choose a picture.');
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
    if (state.turned) state.at = begin(state.nodes.get(state.at.node), state.at.channel);
    state.turned = false;
    map.choose(state.at.node, state.at.channel);
    detail.show();
  }

  async function showOverlay() {
    heat.hidden = true;
    legend.textContent = LEGENDS.get(overlay.value);
    if (!overlay.value || !state.pixels) return;
    const { pixels } = state;
    const kind = overlay.value;
    try {
      const { values, largest } = await askJson('overlay', { model: state.model, kind, label: bestOf(state.answer.scores) }, pixels);
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

  /** The middle of a map; in the backward pass the place of its largest gradient, since others may be 0. */
  function begin(node, channel) {
    const [, height = 0, width = 0] = node.shape;
    const gradients = state.mode === 'backward' && state.back?.arrays.get(`value:${node.name}`);
    let best = Math.floor(height / 2) * width + Math.floor(width / 2);
    if (gradients && width) {
      const own = gradients.subarray(channel * height * width, (channel + 1) * height * width);
      own.forEach((each, k) => (Math.abs(each) > Math.abs(own[best]) ? (best = k) : best));
    }
    return { node: node.name, channel, i: Math.floor(best / (width || 1)), j: best % (width || 1) };
  }

  function choose(node, channel) {
    const row = node.shape.length === 1;
    const last = node.name === state.description.nodes.at(-1).name;
    const number = row ? (last && state.answer ? bestOf(state.answer.scores) : 0) : channel;
    const at = begin(node, number);
    if (!state.values) {
      state.at = at;
      say('Draw or choose a picture first.');
      return;
    }
    need([node.name]).then(() => {
      state.at = begin(node, number);
      map.choose(node.name, channel);
      detail.show();
    }, (failure) => say(failure.message, true));
  }

  function showExamples(all) {
    const [channels, height, width] = state.description.input;
    whose.textContent = state.isDigits ? 'Handwritten digits that were not used for training:' : all.length ? 'Test images of the data set that it was trained on:' : 'There are no examples for this network; choose your own picture.';
    examples.replaceChildren();
    examples.hidden = all.length === 0;
    all.forEach(({ label, pixels }, k) => {
      if (state.isDigits && k % 10 >= SHOWN) return;
      const canvas = el('canvas', { class: 'pixels' });
      paintPixels(canvas, bytesOf(pixels), channels, height, width);
      canvas.style.aspectRatio = `${width} / ${height}`;
      const name = state.isDigits ? `Example of a ${label}, number ${(k % 10) + 1}` : `Example of ${label}, number ${k + 1}`;
      examples.append(el('button', { class: 'example', 'aria-label': name, title: String(label), 'data-example': k, onclick: () => show(bytesOf(pixels)) }, canvas));
    });
  }

  function show(pixels) {
    drawing.empty();
    own.empty();
    ask('look', {}, pixels);
  }

  /** The nodes whose values the page needs: those with a column, and the last. */
  function names() {
    return [...new Set([...map.names, state.description.nodes.at(-1).name, state.at.node])];
  }

  /** Fetches values, and shown gradients, that are missing in the response. */
  async function need(wanted) {
    const { pixels, values, back } = state;
    if (!values) return;
    const lacking = (arrays, prefix) => wanted.filter((name) => name && !arrays.has(prefix + name));
    const missing = lacking(values, '');
    if (missing.length) {
      const { arrays } = await askMessage('look', { model: state.model, nodes: missing.join(',') }, pixels);
      arrays.forEach((each, name) => values.set(name, each));
    }
    const without = back ? lacking(back.arrays, 'value:') : [];
    if (without.length) {
      const { arrays } = await askMessage('backward', { model: state.model, label: back.label, rate: 0, nodes: without.join(',') }, pixels);
      without.forEach((name) => back.arrays.set(`value:${name}`, arrays.get(`value:${name}`)));
    }
  }

  /** The weights of a node, fetched once. */
  async function weightsOf(node) {
    if (!state.weights.has(node)) state.weights.set(node, (await fetchMessage('weights', { model: state.model, nodes: node })).arrays);
    return state.weights.get(node);
  }

  /** Draws the network's columns anew, with other blocks open or more maps shown. */
  function draw() {
    map = picture({ labels: state.description.labels, blocks, full }, {
      onchoose: choose,
      onfold: (block) => redraw(() => (block.open = !block.open), `[data-block="${CSS.escape(block.title)}"]`),
      onall: (node) => redraw(() => full.add(node.name), `[data-node="${CSS.escape(node.name)}"]`),
    });
    network.replaceChildren(map.element);
  }

  async function redraw(change, focus) {
    change();
    draw();
    network.querySelector(focus)?.focus();
    if (!state.values) return;
    try {
      await need(map.names);
      refresh();
    } catch (failure) {
      say(failure.message, true);
    }
  }

  /** What the address names, as in #inside/book/conv2/3: a layer, and one of its maps or numbers. */
  function spot(otherwise) {
    const [, name, number] = location.hash.match(/^#inside\/[^/]+\/([^/]+)\/(\d+)/) ?? [];
    const node = state.nodes.get(name) ?? otherwise;
    return begin(node, Math.min(number ?? 0, node.shape[0] - 1));
  }

  async function open() {
    settle('busy');
    choice.disabled = true;
    answer.replaceChildren('Loading the network …');
    network.replaceChildren(hint('Loading the network …'));
    try {
      state.model = choice.value;
      state.description = await fetchJson('model', { model: state.model });
      state.weights = new Map();
      state.nodes = new Map(state.description.nodes.map((node) => [node.name, node]));
      const first = state.description.nodes.find((node) => node.type === 'conv2d') ?? state.description.nodes[1];
      const [channels] = state.description.input;
      place.classList.toggle('of-run', state.model.startsWith('run:'));
      state.isDigits = channels === 1 && state.description.labels.join('') === '0123456789';
      place.classList.toggle('of-photos', channels === 3);
      scaled.textContent = scaling(state.description, state.model === 'book');
      drawing.invite(state.isDigits ? 'Draw a digit here' : 'Draw here');
      own.model(channels === 1);
      place.querySelector('.draw').hidden = channels > 1; // the pad has no colours
      sample.prefer(state.model);
      full.clear();
      blocks = blocksOf(state.description.nodes);
      for (const block of blocks) block.foldable = blocks.some((each) => !each.open) && block.nodes.length > 1;
      draw();
      bars.setAttribute('aria-label', wordsOf(state.description).bars);
      bars.replaceChildren(...state.description.labels.map((name) => el('li', {}, el('span', { class: 'name' }, name), el('span', { class: 'track' }, el('span', { class: 'fill' })), el('span', { class: 'share' }, '–'))));
      back.model();
      state.at = spot(first);
      state.values = state.pixels = null;
      showNothing();
      drawing.empty();
      own.empty();
      const all = await fetchJson('examples', { model: state.model });
      showExamples(all);
      settle('ready');
      const example = all[Math.min(all.length - 1, FIRST)];
      if (example) show(bytesOf(example.pixels));
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
      const wanted = asked(all)?.id ?? state.model;
      offer(all);
      if (wanted === state.model) {
        state.at = spot(state.nodes.get(state.at.node));
        await need([state.at.node]);
        refresh();
        return;
      }
      choice.value = wanted;
      await open();
    } catch (failure) {
      say(failure.message, true);
    }
  });
  overlay.addEventListener('change', showOverlay);
  onTheme(refresh);
  await open();
}
