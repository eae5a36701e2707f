/** Images by index, and pictures. */
@org.jspecify.annotations.NullMarked
package io.fovea.dataset;
