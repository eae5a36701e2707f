/**
 * The look-inside page: one picture through a network, forward and backward, with every number's
 * origin. {@link io.fovea.studio.inside.InspectedModel} computes; {@link
 * io.fovea.studio.inside.Calculator} shows one number's working.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio.inside;
