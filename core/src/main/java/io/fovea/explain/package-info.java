/** Looking inside a trained network: its values for one picture, and which places mattered. */
@org.jspecify.annotations.NullMarked
package io.fovea.explain;
