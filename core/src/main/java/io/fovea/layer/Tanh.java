package io.fovea.layer;

/**
 * The hyperbolic tangent, element by element: y = (e^x - e^-x) / (e^x + e^-x), from -1 to 1; dx =
 * dy * (1 - y^2) (LeCun et al., "Efficient backprop", 1998, section 4.4).
 */
public record Tanh() implements ActivationLayer {}
