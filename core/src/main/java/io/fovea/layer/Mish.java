package io.fovea.layer;

/**
 * Mish, element by element: y = x * w, w = tanh(log(1 + e^x)); dx = dy * (w + x * (1 - w^2) *
 * sigmoid(x)) (Misra, arXiv 1908.08681).
 */
public record Mish() implements ActivationLayer {}
