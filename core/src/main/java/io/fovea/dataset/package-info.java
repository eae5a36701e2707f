/** Data sets of labelled images by index, single pictures, and how pictures are framed. */
@org.jspecify.annotations.NullMarked
package io.fovea.dataset;
