/**
 * ONNX graphs as data, in ONNX's own terms (row-major, typed, any rank), with their reader and
 * writer.
 *
 * <p>{@code ModelFile} leaves long values in the file until their arrays are made. External data
 * must lie in the model's folder.
 */
@NullMarked
package io.fovea.format.onnx.graph;

import org.jspecify.annotations.NullMarked;
