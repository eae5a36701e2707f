/** Fovea's own protocol: label and probabilities of a picture. */
@org.jspecify.annotations.NullMarked
package io.fovea.serve.predict;
