/**
 * An ONNX graph as facts, in ONNX's own terms (row-major, typed, any rank), its reader and its
 * writer.
 */
@NullMarked
package io.fovea.format.onnx.graph;

import org.jspecify.annotations.NullMarked;
