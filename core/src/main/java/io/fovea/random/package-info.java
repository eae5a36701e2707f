/** Random numbers by key, independent of order and threads. */
@org.jspecify.annotations.NullMarked
package io.fovea.random;
