package io.fovea.layer;

/**
 * The sigmoid linear unit, or swish, element by element: y = x * s, s = 1 / (1 + e^-x); dx = dy * s
 * * (1 + x * (1 - s)) (Elfwing, Uchibe and Doya, arXiv 1702.03118; Ramachandran, Zoph and Le, arXiv
 * 1710.05941).
 */
public record Silu() implements ActivationLayer {}
