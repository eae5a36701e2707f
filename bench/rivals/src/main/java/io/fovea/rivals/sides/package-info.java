/** The libraries, one main class each; a process runs one of them once. */
@org.jspecify.annotations.NullMarked
package io.fovea.rivals.sides;
