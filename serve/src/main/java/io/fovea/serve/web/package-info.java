/** One path, one reply, and what is admitted to both protocols. */
@org.jspecify.annotations.NullMarked
package io.fovea.serve.web;
