/** The commands on files: data sets, weights, models, ONNX, features. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.command.files;
