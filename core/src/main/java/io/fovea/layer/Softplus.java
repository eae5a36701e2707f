package io.fovea.layer;

/**
 * A smooth rectifier, element by element: y = log(1 + e^x); dx = dy * sigmoid(x) (Dugas et al.,
 * "Incorporating second-order functional knowledge for better option pricing", NIPS 2000).
 */
public record Softplus() implements ActivationLayer {}
