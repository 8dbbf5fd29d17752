package io.heliograph.account;

import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.storage.DurableChanges;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What is written later, off the request. */
class DeferredWritesTests {

	@TempDir
	private Path data;

	@Test
	void areTriedAgainWhenTheyWereRefused() {
		AccountContext.start(this.data, (context) -> {
			Caller admin = AccountContext.caller(context, "admin");
			ApiKeys.Issued issued = context.getBean(ApiKeys.class)
				.add(admin, new ApiKey(0, "k", admin.userId(), EnumSet.of(KeyScope.PUBLISH), List.of(), Instant.EPOCH,
						null, List.of()));
			KeyRing ring = context.getBean(KeyRing.class);
			ring.used(issued.key().id());
			CompletableFuture<Void> begun = new CompletableFuture<>();
			CompletableFuture<Integer> goOn = new CompletableFuture<>();
			CompletableFuture<Integer> slow = CompletableFuture
				.supplyAsync(() -> context.getBean(DurableChanges.class).make(() -> {
					begun.complete(null);
					return goOn.join();
				}, (nothing) -> {
				}));
			begun.join();
			context.getBean(DeferredWrites.class).close();
			assertThat(ring.unwrittenUses().take()).as("another change took its time").containsKey(issued.key().id());
			goOn.complete(1);
			slow.join();
		}, "heliograph.admin.password=secret");
	}

}
