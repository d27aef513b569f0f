package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.model.Key;
import dev.weft.foundation.fault.Faults;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The work of the store thread, and its only. */
final class Writer {
    private static final int BATCH_MAX = 256;
    private static final long BLOCK = 8192;
    private static final String RESERVED = "version.reserved";
    private static final String LAST = "version.last";

    private final Store store;
    private final Faults faults;
    private long issued;
    private long reserved;

    Writer(Store store, Faults faults) {
        this.store = store;
        this.faults = faults;
    }

    void run(Path file) {
        try (Database database = Database.open(file)) {
            if (started(database, file)) {
                work(database);
            }
        } catch (SQLException e) {
            store.failedToStart(unusable(file, e));
            if (issued > 0) {
                faults.report("the database did not close", e);
            }
        } catch (LinkageError e) {
            store.failedToStart(unusable(file, new SQLException(e)));
        } finally {
            store.ended();
        }
    }

    private static ApiException unusable(Path file, SQLException e) {
        return new ApiException(
                Reason.INSUFFICIENT_STORAGE, "cannot use " + file + ": " + e.getMessage());
    }

    /** Reads what there is. False where only some of it can be read: the process must end. */
    private boolean started(Database database, Path file) throws SQLException {
        long last = database.number(LAST);
        // After a crash the last version is not known, but none beyond the reserved block is used.
        issued = last > 0 ? last : Math.max(1, database.number(RESERVED));
        reserve(database);
        try (Reading reading = database.reading()) {
            store.started(new Image(issued, reading.few()));
            try {
                reading.many();
            } catch (SQLException | RuntimeException e) {
                String why = "cannot read " + file + ": " + e.getMessage();
                reading.failed(new ApiException(Reason.INTERNAL_ERROR, why));
                faults.fatal(why, e);
                return false;
            }
        }
        return true;
    }

    private void work(Database database) throws SQLException {
        while (true) {
            List<Pending> batch = store.take(BATCH_MAX);
            if (batch.isEmpty()) {
                farewell(database);
                return;
            }
            // What need not wait goes first: nothing that is seen may be older than what was seen.
            if (!commit(database, batch, false) || !commit(database, batch, true)) {
                return;
            }
        }
    }

    /** Notes that all versions up to the last issued are settled, so none need be skipped. */
    private void farewell(Database database) throws SQLException {
        database.begin(true);
        database.setNumber(LAST, issued);
        database.commit();
    }

    private void reserve(Database database) throws SQLException {
        database.begin(true);
        database.setNumber(RESERVED, issued + BLOCK);
        database.setNumber(LAST, 0);
        database.commit();
        reserved = issued + BLOCK;
    }

    /** Decides, appends and replays one kind of writes; false where the process must end. */
    private boolean commit(Database database, List<Pending> batch, boolean synced) {
        var draft = new Draft(store.image());
        for (Pending pending : batch) {
            if (pending.write().synced() == synced) {
                decide(draft, pending);
            }
        }
        if (!draft.accepted.isEmpty()) {
            try {
                append(database, draft, synced);
            } catch (SQLException e) {
                return refused(database, draft, e);
            }
            store.publish(draft.image, draft.accepted, draft.outcomes);
        }
        draft.tooLate();
        return true;
    }

    private void decide(Draft draft, Pending pending) {
        Write write = pending.write();
        Optional<Entry> current = draft.image.find(write.collection(), write.key());
        if (current.map(Entry::version).orElse(0L) != write.expected()) {
            draft.stale.add(pending);
            return;
        }
        try {
            write.guard().check(draft.image);
        } catch (ApiException refusal) {
            pending.outcome().completeExceptionally(refusal);
            return;
        } catch (RuntimeException e) {
            faults.report("guard of a write to " + write.collection() + " failed", e);
            pending.outcome()
                    .completeExceptionally(
                            new ApiException(Reason.INTERNAL_ERROR, "the write's guard failed"));
            return;
        }
        issued++;
        draft.accept(pending, new Change(issued, write.key(), current, after(pending)));
    }

    private Optional<Entry> after(Pending pending) {
        Key key = pending.write().key();
        return pending.write()
                .next()
                .map(tree -> Entry.of(key, issued, tree, pending.body().length));
    }

    private void append(Database database, Draft draft, boolean synced) throws SQLException {
        if (issued > reserved) {
            reserve(database);
        }
        database.begin(synced);
        for (int i = 0; i < draft.accepted.size(); i++) {
            Pending pending = draft.accepted.get(i);
            Change change = draft.outcomes.get(i).change();
            if (change.after().isPresent()) {
                database.put(
                        pending.write().collection(),
                        change.key(),
                        change.version(),
                        pending.body());
            } else {
                database.remove(pending.write().collection(), change.key());
            }
        }
        database.commit();
    }

    /** Answers a failed batch; the versions it was given are never used again. */
    private boolean refused(Database database, Draft draft, SQLException e) {
        List<Pending> batch = new ArrayList<>(draft.accepted);
        batch.addAll(draft.stale);
        return switch (Failure.of(e)) {
            case Failure.Refused refusal -> {
                database.rollback();
                batch.forEach(it -> it.outcome().completeExceptionally(refusal.answer()));
                yield true;
            }
            case Failure.Fatal fatal -> {
                var answer = new ApiException(Reason.INTERNAL_ERROR, fatal.why());
                batch.forEach(it -> it.outcome().completeExceptionally(answer));
                faults.fatal(fatal.why(), e);
                yield false;
            }
        };
    }

    /** What a batch has come to while it is decided on. */
    private static final class Draft {
        private final List<Pending> accepted = new ArrayList<>();
        private final List<Outcome.Written> outcomes = new ArrayList<>();
        private final List<Pending> stale = new ArrayList<>();
        private Image image;

        Draft(Image image) {
            this.image = image;
        }

        void accept(Pending pending, Change change) {
            image = image.with(pending.write().collection(), change);
            accepted.add(pending);
            outcomes.add(new Outcome.Written(change));
        }

        /** Answers those that others were ahead of, now that all can see what these wrote. */
        void tooLate() {
            for (Pending pending : stale) {
                Write write = pending.write();
                pending.outcome()
                        .complete(new Outcome.Stale(image.find(write.collection(), write.key())));
            }
        }
    }
}
