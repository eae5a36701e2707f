/**
 * A model of more threads than a machine has: {@code Recorder} times chunks of one thread, {@code
 * ChunkSchedule} schedules these on P workers, {@code Machine} measures a barrier and memory,
 * {@code ScaleModel} prints.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.bench.scale;
