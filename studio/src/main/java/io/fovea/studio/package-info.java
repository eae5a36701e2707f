/** The studio's server and what its pages ask for. */
@org.jspecify.annotations.NullMarked
package io.fovea.studio;
