/** Data sets of labelled images by index, and single pictures. */
@org.jspecify.annotations.NullMarked
package io.fovea.dataset;
