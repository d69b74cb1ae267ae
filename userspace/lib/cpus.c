// SPDX-License-Identifier: GPL-2.0
/* Which CPUs there are, by sysfs. */
#include "cpus.h"

#include <stdio.h>
#include <stdlib.h>

void kmon_cpus_read(struct kmon_cpus *cpus, const char *name)
{
	char path[64];
	FILE *file;

	cpus->text[0] = '\0';
	cpus->at = cpus->text;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/%s", name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (!fgets(cpus->text, sizeof(cpus->text), file))
		cpus->text[0] = '\0';
	fclose(file);
}

bool kmon_cpus_next(struct kmon_cpus *cpus, int *first, int *last)
{
	char *end;

	*first = *last = strtol(cpus->at, &end, 10);
	if (end == cpus->at)
		return false;
	cpus->at = end;
	if (*end == '-') {
		*last = strtol(end + 1, &end, 10);
		cpus->at = end;
	}
	if (*cpus->at == ',')
		cpus->at++;
	return true;
}

int kmon_cpus_possible(void)
{
	struct kmon_cpus possible;
	int first, last, nr = 1;

	kmon_cpus_read(&possible, "possible");
	while (kmon_cpus_next(&possible, &first, &last))
		if (nr <= last)
			nr = last + 1;
	return nr;
}
