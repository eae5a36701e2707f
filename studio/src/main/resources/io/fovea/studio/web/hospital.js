// The hospital: prepared training runs, each with one illness. The reader orders examinations and names it.
import { chapter, el, hint, labelled, onTheme, option } from './api.js';
import { CASES } from './hospital/cases.js';
import { EXAMS, shown } from './hospital/exams.js';
import { RUNS } from './hospital/runs.js';

const KEY = 'fovea-hospital';
const PATIENTS = CASES.filter((each) => each.complaint);
const CHOICES = [...CASES].sort((a, b) => a.name.localeCompare(b.name));

/** @param {HTMLElement} place @param {(name: string, text: string) => HTMLElement} book makes a link to a chapter */
export function mount(place, book = chapter) {
  new Hospital(place, book);
}

/** The number that a sign looks at; NaN and infinity are texts in the runs. */
const value = (run, { path }) => Number(path.split('.').reduce((part, key) => part[key], run));

/** Whether a run has a sign. */
function has(run, sign) {
  const found = value(run, sign);
  return sign.is === '>' ? found > sign.bound : sign.is === '<' ? found < sign.bound : !Number.isFinite(found);
}

const titles = (exams) => exams.map((name) => EXAMS[name].title.toLowerCase()).join(', then ');
const examinations = (count) => `${count} examination${count === 1 ? '' : 's'}`;

/** What was done before; nothing where the browser keeps nothing. */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

class Hospital {
  constructor(place, book) {
    this.book = book;
    this.files = remembered();
    this.list = el('ol', { class: 'patients' });
    this.sum = el('p', { class: 'hint', id: 'hospital-sum' });
    this.patient = el('section', { class: 'card patient', 'aria-labelledby': 'hospital-patient' });
    place.replaceChildren(el('div', { class: 'hospital' },
      el('section', { class: 'card', 'aria-label': 'Patients' }, this.list, this.sum, el('button', { class: 'quiet', id: 'hospital-again', onclick: () => this.again() }, 'Begin again')),
      this.patient));
    onTheme(() => this.showExams());
    this.admit(PATIENTS.find(({ id }) => !this.files[id]?.named) ?? PATIENTS[0]);
  }

  /** What is known of the patient: the examinations ordered, the wrong names, whether it is named. */
  get file() {
    return (this.files[this.one.id] ??= { exams: [], wrong: 0, named: false });
  }

  keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.files));
    } catch {
      // the browser keeps nothing
    }
    this.showList();
  }

  again() {
    this.files = {};
    this.keep();
    this.admit(PATIENTS[0]);
  }

  showList() {
    this.list.replaceChildren(...PATIENTS.map((one, k) => {
      const named = this.files[one.id]?.named;
      return el('li', {}, el('button', { class: 'link', 'aria-current': one === this.one ? 'true' : null, 'data-patient': one.id, onclick: () => this.admit(one, true) },
        el('strong', {}, `${k + 1}. `), one.complaint, named ? el('span', { class: 'state good' }, ` ✓ ${one.name}`) : null));
    }));
    const files = Object.values(this.files);
    this.sum.textContent = `${files.filter(({ named }) => named).length} of ${PATIENTS.length} named, ${examinations(files.reduce((sum, { exams }) => sum + exams.length, 0))}, ${files.reduce((sum, { wrong }) => sum + wrong, 0)} wrong names.`;
  }

  /** Shows a patient. @param {boolean} [chosen] by the reader, whose focus goes there */
  admit(one, chosen) {
    this.one = one;
    this.showList();
    this.orders = el('div', { class: 'row', role: 'group', 'aria-label': 'Order an examination' });
    this.name = el('select', { id: 'hospital-name' }, option('', 'choose'), ...CHOICES.map(({ id, name }) => option(id, name)));
    this.verdict = el('div', { class: 'verdict', role: 'status', id: 'hospital-verdict' });
    this.results = el('div', { class: 'results' });
    const title = el('h2', { id: 'hospital-patient', tabindex: -1 }, `Patient ${PATIENTS.indexOf(one) + 1}`);
    this.patient.replaceChildren(title, el('p', {}, one.complaint), this.orders,
      el('form', { class: 'row', onsubmit: (event) => this.judge(event) }, labelled('hospital-name', 'Its illness', this.name), el('button', { type: 'submit', id: 'hospital-judge' }, 'Name it')),
      this.verdict, this.results);
    if (this.file.named) this.showCure();
    this.showExams();
    if (chosen) title.focus();
  }

  order(name) {
    if (!this.file.exams.includes(name)) this.file.exams.push(name);
    this.keep();
    this.showExams();
    document.getElementById(`exam-${name}`).focus();
  }

  showExams() {
    const { exams } = this.file;
    this.orders.replaceChildren(...Object.entries(EXAMS).map(([name, { title }]) => el('button', { class: 'quiet', 'data-exam': name, 'aria-pressed': String(exams.includes(name)), onclick: () => this.order(name) }, title)));
    this.results.replaceChildren(...[...exams].reverse().map((name) => {
      const { title, about, show } = EXAMS[name];
      return el('section', { class: 'exam', 'aria-labelledby': `exam-${name}` }, el('h3', { id: `exam-${name}`, tabindex: -1 }, title), ...show(RUNS[this.one.id], RUNS.healthy, RUNS.pictures), hint(about));
    }));
  }

  judge(event) {
    event.preventDefault();
    const guess = CASES.find(({ id }) => id === this.name.value);
    if (!guess) {
      this.verdict.replaceChildren(el('p', {}, 'Choose an illness first.'));
      return;
    }
    if (guess === this.one) {
      this.file.named = true;
      this.showCure();
    } else {
      if (!this.file.named) this.file.wrong++;
      const against = guess.signs.filter((sign) => !has(RUNS[this.one.id], sign));
      const sign = against.find(({ exam }) => this.file.exams.includes(exam)) ?? against[0];
      this.verdict.replaceChildren(el('p', { class: 'error' }, `Not “${guess.name}”: then ${sign.says}. Here the number is ${shown(value(RUNS[this.one.id], sign))} (${EXAMS[sign.exam].title.toLowerCase()}).`));
    }
    this.keep();
  }

  /** The ill line, the cure, and what to look at first. */
  showCure() {
    const { id, name, ill, right, text, best, signs, chapter: [page, title] } = this.one;
    this.name.value = id;
    this.verdict.replaceChildren(
      el('p', { class: 'good' }, el('strong', {}, `It is: ${name}. `), `You ordered ${examinations(this.file.exams.length)}; the shortest way is ${titles(best)}.`),
      el('dl', { class: 'cure' }, el('dt', {}, 'The ill line'), el('dd', {}, el('code', { class: 'error' }, ill)), el('dt', {}, 'The cure'), el('dd', {}, el('code', {}, right))),
      el('p', {}, text, ' ', this.book(page, title)),
      el('ul', { class: 'signs' }, ...signs.map((sign) => el('li', {}, `${sign.says[0].toUpperCase()}${sign.says.slice(1)}: ${shown(value(RUNS[id], sign))}; healthy ${shown(value(RUNS.healthy, sign))}`))));
  }
}
