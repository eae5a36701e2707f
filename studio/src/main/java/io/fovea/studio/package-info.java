/**
 * The studio's server and what its pages ask for.
 *
 * <p>{@code Studio} is the server; {@code Router} leads to one {@code Routes} a page: {@code
 * RunRoutes}, {@code InsightRoutes}, {@code InsideRoutes}, {@code DataRoutes}, {@code BookRoutes};
 * {@code Assets} are the files in the jar. State is in files: {@code Runs} reads run folders and
 * {@code .studio/NAME.json} beside them, {@code RunTail} keeps the lines of a metrics file, {@code
 * RunFeed} turns what is new into server-sent events, once for all pages. {@code PollingBudget}
 * limits how often a run that trains may be inspected. Training is a process of its own ({@code
 * TrainerProcess}, decision 15). {@code Collections} gives data sets names, so that pages never
 * name a path.
 *
 * <p>In the browser: {@code main.js} shows a page, {@code api.js} asks; {@code train.js} with
 * {@code form.js} and {@code curves.js}; {@code insight.js}, {@code inside.js} and {@code data.js};
 * {@code playground.js} and, on the book's pages, {@code book.js} show a {@code convolution.js}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio;
