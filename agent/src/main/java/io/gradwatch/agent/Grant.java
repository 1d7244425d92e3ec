package io.gradwatch.agent;

/**
 * One right at the broker, for programs.
 *
 * @param operation for instance {@code Read}
 * @param type of the resource: {@code topic}, {@code group} or {@code transactional-id}
 * @param name of the resource, or what the names of all of them start with; {@code *} for any
 * @param isPrefix which of the two it is
 */
public record Grant(String operation, String type, String name, boolean isPrefix) {}
