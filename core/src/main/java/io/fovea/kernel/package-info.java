/**
 * One small interface an operation, and the facts ("geometry") it is chosen by. The two kernel sets
 * live in the packages below: {@code reference}, the executable specification, and {@code vector},
 * the fast ones.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel;
