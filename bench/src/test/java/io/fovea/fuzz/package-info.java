/** Coverage-guided fuzzing of every reader of foreign bytes, with Jazzer. */
@NullMarked
package io.fovea.fuzz;

import org.jspecify.annotations.NullMarked;
