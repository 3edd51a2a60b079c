-- One row of the runs table.
SELECT
    ${columns}
