// A run's model on new photos: a sheet of answers, least sure first. The photos stay on this machine.
import { busy, el, grouped, h2, hint, judged, note, percent, quiet, row, save } from './api.js';
import { Camera, noCamera } from './camera.js';
import { fitting } from './inside/input.js';
import { askMessage, fetchJson } from './inside/server.js';
import { soFarOf } from './search.js';
import { droppable, pick } from './upload.js';

const AT_ONCE = 4;

const SHOWN = 200;

const isPicture = ({ file }) => /\.(png|jpe?g|bmp|gif)$/i.test(file.name) || file.type.startsWith('image/');

/** An answer; the truth is the photo's folder, where it is named as a class. */
async function answerTo({ path, file }, model, labels) {
  try {
    const { facts } = await askMessage('upload', { model, nodes: '' }, await fitting(file));
    const best = facts.scores.indexOf(Math.max(...facts.scores));
    const folder = path.split('/').at(-2);
    return { path, file, label: labels[best], score: facts.scores[best], words: facts.words ?? '', doubt: facts.doubt ?? '', truth: labels.includes(folder) ? folder : '' };
  } catch (failure) {
    return { path, file, wrong: failure.message };
  }
}

const cell = (text) => `"${String(text).replaceAll('"', '""')}"`;

const table = (answers) => new Blob(['photo,answer,probability,words,doubt\n', ...answers.map((one) => `${[one.path, one.label ?? '', one.score ?? '', one.words ?? '', one.doubt ?? one.wrong].map(cell).join(',')}\n`)], { type: 'text/csv' });

const doubtsOf = (one) => [one.words !== one.label && one.words, one.doubt].filter(Boolean);

function shown(one) {
  const url = URL.createObjectURL(one.file);
  const done = () => URL.revokeObjectURL(url);
  const isWrong = one.truth && one.truth !== one.label;
  return el('li', { title: one.path }, el('img', { src: url, width: 64, height: 64, alt: `${one.path}: ${one.label}`, onload: done, onerror: done }),
    el('span', { class: isWrong ? 'error' : null }, isWrong ? `${one.truth} → ${one.label}` : one.label), note(percent(one.score)),
    ...doubtsOf(one).map((text) => el('span', { class: 'hint', title: text }, text.replace(/ \(.*\)$/, ''))));
}

/** The card of a run that has a model. */
export class TrialCard {
  constructor() {
    const take = (files, input) => this.take(files).then(() => (input.value = ''));
    this.mark = el('p', { class: 'good' });
    this.told = el('p', { role: 'status' });
    this.sheet = el('ul', { class: 'pictures answers' });
    this.rest = el('div', { class: 'row' });
    this.camera = new Camera(() => (this.live.hidden = true));
    this.answer = el('p', { class: 'answer', id: 'trial-answer' });
    this.live = el('div', { class: 'film', hidden: true }, this.camera.video, this.answer, quiet({ onclick: () => this.camera.stop() }, 'Stop the camera'));
    this.film = noCamera ? hint(noCamera) : quiet({ id: 'trial-camera', onclick: () => busy(this.film, () => this.watch()) }, 'Use the camera');
    this.element = el('div', { class: 'card trial', hidden: true }, h2('Try it on new photos'), this.mark, hint('Drop photos or a folder here, or choose them. They stay on this machine.'),
    row(pick('trial-files', 'Photos …', { multiple: true, accept: 'image/*' }, take), pick('trial-folder', 'Folder …', { webkitdirectory: true, multiple: true }, take), this.film), this.live, this.told, this.rest, this.sheet);
    droppable(this.element, (files) => this.take(files));
  }

  /** Shows nothing that another model has answered. */
  show(facts) {
    this.element.hidden = !facts?.model;
    this.mark.textContent = facts ? soFarOf(facts) : '';
    this.mark.hidden = !this.mark.textContent;
    const of = `${facts?.name} ${facts?.search?.soFar}`;
    if (of === this.of) return;
    const isOther = facts?.name !== this.run;
    if (isOther) this.camera.stop();
    this.told.textContent = isOther || !this.told.textContent ? '' : 'There is a new model: drop the photos again.';
    this.of = of;
    this.run = facts?.name;
    this.rest.replaceChildren();
    this.sheet.replaceChildren();
  }

  /** Answers to what the camera sees, each when the one before is there. */
  async watch() {
    const model = `run:${this.run}`;
    const { labels } = await fetchJson('model', { model });
    await this.camera.start();
    this.live.hidden = false;
    this.camera.each(() => true, async (file) => {
      const one = await answerTo({ path: '', file }, model, labels);
      this.answer.replaceChildren(...(one.wrong ? [one.wrong] : [el('strong', {}, one.label), ` ${percent(one.score)} `, note(doubtsOf(one).join('; '))]));
    });
  }

  async take(files) {
    const { of } = this;
    const model = `run:${this.run}`;
    const photos = files.filter(isPicture);
    if (photos.length === 0) {
      this.told.textContent = `There is no photo among the ${files.length} chosen: take PNG, JPEG, BMP or GIF files.`;
      return;
    }
    this.sheet.replaceChildren();
    this.rest.replaceChildren();
    const { labels } = await fetchJson('model', { model });
    const answers = [];
    const waiting = [...photos];
    const worker = async () => {
      for (let photo = waiting.shift(); photo && of === this.of; photo = waiting.shift()) {
        answers.push(await answerTo(photo, model, labels));
        if (of === this.of) this.told.textContent = `Photo ${grouped(answers.length)} of ${grouped(photos.length)} …`;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (of !== this.of) return; // another model answers now
    this.tell(answers.sort((a, b) => (a.score ?? 2) - (b.score ?? 2)), files.length - photos.length);
  }

  tell(answers, others) {
    const read = answers.filter((one) => !one.wrong);
    const broken = answers.filter((one) => one.wrong);
    const counts = new Map();
    for (const { label } of read) counts.set(label, (counts.get(label) ?? 0) + 1);
    const known = read.filter((one) => one.truth);
    const right = known.filter((one) => one.truth === one.label).length;
    this.told.replaceChildren(`${grouped(read.length)} photos, least sure first: ${[...counts].map(([label, count]) => `${count} ${label}`).join(', ')}.`,
      known.length ? ` Of ${known.length} in folders named as classes it has ${right} right: ${judged(right / known.length, known.length)}.` : '',
      others ? ` ${others} other files were passed over.` : '');
    this.rest.replaceChildren(quiet({ id: 'trial-save', onclick: () => save(table(answers), 'answers.csv') }, 'Save the answers (CSV)'),
      broken.length ? el('details', { class: 'warn' }, el('summary', {}, `${broken.length} could not be read`), el('ul', {}, ...broken.map((one) => el('li', {}, `${one.path}: ${one.wrong}`)))) : '',
      read.length > SHOWN ? note(`The first ${SHOWN} are shown; the file has all.`) : '');
    this.sheet.replaceChildren(...read.slice(0, SHOWN).map(shown));
  }
}
