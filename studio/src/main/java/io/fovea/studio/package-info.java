/**
 * The studio's server: {@code Studio} checks access and passes each request to a page's {@code
 * Routes}. Each package uses those below it:
 *
 * <pre>
 * studio    Studio, its options, TrainerProcess
 *   inside  one picture through a network, with every number's origin
 *   runs    runs and their models: lists, starts, events, statistics
 *   sort    photos without classes, named one by one
 *   data    data sets and uploads
 *   web     requests, replies, the files in the jar
 * </pre>
 *
 * Training is a separate process ({@code TrainerProcess}, decision 15); {@code
 * TrainerProcess.resolved} checks a run's flags before its start. What happened in a step of a run
 * is asked the same way, of {@code fovea replay} ({@code TrainerProcess.replay}): a question trains
 * the run again, needs as much memory as it did, and must be ended by a button. So questions are
 * processes too, one for a run; Ctrl-C in the studio's terminal ends them.
 *
 * <p>In the browser: {@code main.js} shows a page, {@code api.js} sends requests; {@code train.js}
 * with {@code form.js}, {@code upload.js}, {@code runs.js}, {@code steps.js}, {@code cells.js} and
 * {@code curves.js}; {@code insight.js}, {@code inside.js}, {@code data.js} and {@code sort.js};
 * {@code playground.js} and, on the book's pages, {@code book.js} show a {@code convolution.js};
 * {@code lesson.js} trains in a worker, which tutorial/lesson makes.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio;
