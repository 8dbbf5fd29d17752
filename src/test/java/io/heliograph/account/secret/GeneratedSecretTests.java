package io.heliograph.account.secret;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** How secrets that nobody chose are made and told from others. */
class GeneratedSecretTests {

	private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	/** What scanners of secrets are told to search for. */
	private static final Pattern SCANNER = Pattern.compile("\\bhg(?:p|k_[0-9A-Za-z]{1,32})_[0-9A-Za-z]{38}\\b");

	/** Whose checksums were calculated elsewhere. */
	private static final String DEVICE = "hgp_0123456789ABCDEFGHIJKLMNOPQRSTUV0JRsEx";

	@Test
	void sayWhatTheyAreFor() {
		assertThat(GeneratedSecret.devicePassword()).matches("hgp_[0-9A-Za-z]{38}");
		assertThat(GeneratedSecret.apiKey("Ab3")).matches("hgk_Ab3_[0-9A-Za-z]{38}");
	}

	@ParameterizedTest
	@ValueSource(strings = { DEVICE, "hgk_Ab3_0123456789abcdefghijklmnopqrstuv1uLu0B",
			"hgk_k7_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz1nQHUG", "hgp_00000000000000000000000000001683000QaP" })
	void areKnownByTheirChecksum(String secret) {
		assertThat(GeneratedSecret.looksGenerated(secret)).isTrue();
	}

	@Test
	void areFoundInTextAndKnown() {
		for (int i = 1; i <= 32; i++) {
			String secret = (i % 2 == 0) ? GeneratedSecret.apiKey("k".repeat(i)) : GeneratedSecret.devicePassword();
			assertThat(GeneratedSecret.looksGenerated(secret)).isTrue();
			Matcher found = SCANNER.matcher("{\"password\":\"" + secret + "\"}");
			assertThat(found.find()).isTrue();
			assertThat(found.group()).isEqualTo(secret);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hgp_", "secret", "hgp_0123456789ABCDEFGHIJKLMNOPQRSTUV",
			"xhgp_0123456789ABCDEFGHIJKLMNOPQRSTUV0JRsEx", "hgp_0123456789ABCDEFGHIJKLMNOPQRSTUV0JRsEx\n",
			" hgp_0123456789ABCDEFGHIJKLMNOPQRSTUV0JRsEx", "hgk__0123456789abcdefghijklmnopqrstuv1uLu0B",
			"hgk_0123456789abcdefghijklmnopqrstuv1uLu0B", "hgp_Ab3_0123456789abcdefghijklmnopqrstuv1uLu0B",
			"hgk_Ab4_0123456789abcdefghijklmnopqrstuv1uLu0B" })
	void areToldFromOtherTexts(String text) {
		assertThat(GeneratedSecret.looksGenerated(text)).isFalse();
	}

	@Test
	void areNotKnownWithAnotherCharacterOrTwoThatChangedPlaces() {
		for (int i = "hgp_".length(); i < DEVICE.length(); i++) {
			for (char digit : DIGITS.toCharArray()) {
				String other = DEVICE.substring(0, i) + digit + DEVICE.substring(i + 1);
				assertThat(GeneratedSecret.looksGenerated(other)).isEqualTo(other.equals(DEVICE));
			}
			if (i + 1 < DEVICE.length()) {
				String swapped = DEVICE.substring(0, i) + DEVICE.charAt(i + 1) + DEVICE.charAt(i)
						+ DEVICE.substring(i + 2);
				assertThat(GeneratedSecret.looksGenerated(swapped)).isFalse();
			}
		}
	}

	/** A remainder of bytes would give eight characters a quarter more. */
	@Test
	void haveAllCharactersEquallyOften() {
		int secrets = 3000;
		int[] counts = new int[DIGITS.length()];
		Set<String> different = new HashSet<>();
		for (int i = 0; i < secrets; i++) {
			String random = GeneratedSecret.devicePassword().substring(4, 36);
			different.add(random);
			random.chars().forEach((c) -> counts[DIGITS.indexOf(c)]++);
		}
		assertThat(different).hasSize(secrets);
		double expected = secrets * 32.0 / DIGITS.length();
		for (int count : counts) {
			assertThat(Math.abs(count - expected)).isLessThan(6 * Math.sqrt(expected));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a_b", "a-b", "ä", "a\n", "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk" })
	void areMadeForIdsOfLettersAndDigitsOnly(String keyId) {
		assertThatIllegalArgumentException().isThrownBy(() -> GeneratedSecret.apiKey(keyId))
			.withMessage("The id of an API key is 1 to 32 letters of ASCII and digits.");
	}

}
