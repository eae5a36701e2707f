/** Optimisers and learning-rate schedules. */
@org.jspecify.annotations.NullMarked
package io.fovea.optim;
