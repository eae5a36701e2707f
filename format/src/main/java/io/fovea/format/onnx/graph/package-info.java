/**
 * ONNX graphs as data, in ONNX's own terms (row-major, typed, any rank), with their reader and
 * writer.
 */
@NullMarked
package io.fovea.format.onnx.graph;

import org.jspecify.annotations.NullMarked;
