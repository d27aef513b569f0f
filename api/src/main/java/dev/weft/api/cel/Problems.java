package dev.weft.api.cel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong with an expression, each with its place. Belongs to one thread. */
final class Problems {
    private static final int SHOWN_MAX = 100;

    private final int[] source;
    private final List<Problem> problems = new ArrayList<>();

    private record Problem(int at, String message) {}

    Problems(int[] source) {
        this.source = source;
    }

    void add(int at, String message) {
        var problem = new Problem(Math.min(at, source.length), message);
        if (problems.size() < SHOWN_MAX && !problems.contains(problem)) {
            problems.add(problem);
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    @Override
    public String toString() {
        return problems.stream()
                .sorted(Comparator.comparingInt(Problem::at))
                .map(this::shown)
                .collect(Collectors.joining("\n"));
    }

    private String shown(Problem problem) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < problem.at; i++) {
            if (source[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        int end = start;
        while (end < source.length && source[end] != '\n') {
            end++;
        }
        int column = problem.at - start;
        String text = new String(source, start, end - start).replace('\t', ' ');
        return "ERROR: <input>:%d:%d: %s\n | %s\n | %s^"
                .formatted(line, column + 1, problem.message, text, ".".repeat(column));
    }
}
